using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.EvidenceFiles;

/// <summary>A file that shows what a record says.</summary>
/// <param name="Record">Address of the record below <c>/api/assessment/v1/</c>.</param>
/// <param name="Name">As it was called when it was sent, with an extension that fits its content.</param>
/// <param name="Kind">By its content: <c>pdf</c>, <c>png</c>, <c>jpeg</c>, <c>docx</c> or <c>xlsx</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of its content; what decisions name it by.</param>
/// <param name="Department">The sender's.</param>
/// <param name="Revision">One more with each finding.</param>
/// <param name="Accepted">What the office found last; null: nobody has looked at it yet.</param>
/// <param name="Note">On what grounds.</param>
public sealed record EvidenceFile(
    Guid Id, string Record, string Region, string Name, string Kind, int Size, string Sha256, string SentBy, string Department, DateTimeOffset SentAt,
    int Revision = 1, bool? Accepted = null, string? Note = null, string? FoundBy = null, DateTimeOffset? FoundAt = null)
{
    public static readonly Refusal Unknown = new("evidence.unknown", "没有这份佐证文件。", StatusCodes.Status404NotFound);
    public static readonly Refusal Unverified = new("evidence.unverified", "还有佐证文件没有核验，核验后才能认定。");
}

/// <summary>A file that a counted value rests on.</summary>
/// <param name="Verified">The office found it right; else nobody has looked at it yet.</param>
public sealed record CountedFile(string Sha256, bool Verified);

/// <summary>Reads files of evidence, all but their content.</summary>
internal static class EvidenceStore
{
    public static Task<EvidenceFile?> FindAsync(UnitOfWork work, Guid id) => work.FindAsync<EvidenceFile>($"{Sql} where f.evidence_id = @id", new { id });

    public static Task<EvidenceFile?> FindAsync(UnitOfWork work, string record, string sha256) =>
        work.FindAsync<EvidenceFile>($"{Sql} where (f.record, f.sha256) = (@record, @sha256)", new { record, sha256 });

    /// <summary>Those of a record and of what is part of it, in the order in which they were sent.</summary>
    public static Task<IReadOnlyList<EvidenceFile>> PageAsync(UnitOfWork work, string record, Guid? after, int limit) => work.ListAsync<EvidenceFile>(
        $"""
        {Sql}
        where (f.record = @record or starts_with(f.record, @record || '/')) and (@after::uuid is null or f.evidence_id > @after)
        order by f.evidence_id
        limit @limit
        """,
        new { record, after, limit });

    /// <summary>A refusal when a file of a record waits for the office to look at it: nothing is found right before. Null: none does.</summary>
    public static async Task<Refusal?> UnverifiedAsync(UnitOfWork work, string record) => await work.FindAsync<bool>(
        """
        select exists (select from evidence_file f where f.record = @record and not exists (select from evidence_finding n where n.evidence_id = f.evidence_id))
        """,
        new { record }) ? EvidenceFile.Unverified : null;

    /// <summary>
    /// Files that values of scores rest on, as known at an instant: by the address of the entered value, or by the department whose
    /// completed tasks count (<c>tasks/finance</c>). What the office refused is none of them.
    /// </summary>
    public static async Task<ILookup<string, CountedFile>> CountedAsync(UnitOfWork work, DateTimeOffset? asOf) =>
        (await work.ListAsync<Counted>(CountedSql, new { asOf })).ToLookup(row => row.Place, row => new CountedFile(row.Sha256, row.IsVerified));

    private sealed record Counted(string Place, string Sha256, bool IsVerified);

    private const string CountedSql = """
        select case when r.report_id is null then f.record else 'tasks/' || r.departments[1] end as place, f.sha256, n.accepted is not null as is_verified
        from evidence_file f
        left join task_report r on f.record = 'tasks/' || r.task || '/reports/' || r.report_id
            and r.accepted and (@asOf::timestamptz is null or r.reviewed_at <= @asOf)
        left join lateral (
            select accepted from evidence_finding n
            where n.evidence_id = f.evidence_id and (@asOf::timestamptz is null or n.found_at <= @asOf)
            order by n.number desc
            limit 1) n on true
        where (starts_with(f.record, 'entries/') or r.report_id is not null) and n.accepted is distinct from false
          and (@asOf::timestamptz is null or f.sent_at <= @asOf)
        order by f.evidence_id
        """;

    private const string Sql = """
        select f.evidence_id as id, f.record, f.region, f.name, f.kind, f.size, f.sha256, f.sent_by, f.department, f.sent_at,
               1 + coalesce(n.number, 0) as revision, n.accepted, n.note, n.found_by, n.found_at
        from evidence_file f
        left join lateral (select * from evidence_finding n where n.evidence_id = f.evidence_id order by n.number desc limit 1) n on true
        """;
}
