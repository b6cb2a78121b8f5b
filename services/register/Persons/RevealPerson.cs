using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register.Persons;

/// <summary>Why somebody wants to see a person unmasked.</summary>
public sealed record RevealReason
{
    /// <summary>Kept in the audit trail.</summary>
    [Required(ErrorMessage = "请填写查看原因。"), TextLength(200, MinimumLength = 2, ErrorMessage = "查看原因须为 2 到 200 个字。")]
    public required string Reason { get; init; }
}

/// <summary>A person unmasked.</summary>
public sealed record RevealedPerson(string NationalId, string Name, string? Phone);

/// <summary>Shows the person of a record unmasked, to those who may and say why.</summary>
internal static class RevealPerson
{
    public const string Action = "person.revealed";

    public static readonly Refusal TooMany = new(
        "person.too_many_reveals", "一小时内查看完整身份信息的次数已达上限，请稍后再试。", StatusCodes.Status429TooManyRequests);

    public static void Map(IEndpointRouteBuilder records) => records
        .MapPost("/{id:guid}/reveal", HandleAsync)
        .WithName(nameof(RevealPerson))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>The record's person unmasked. Who looked at whom and why is kept; 50 persons within an hour at most, unless configured otherwise (429).</summary>
    internal static async Task<Results<Ok<RevealedPerson>, ProblemHttpResult>> HandleAsync(
        Guid id, RevealReason reason, Caller caller, IPersons persons, IOptions<PersonalDataOptions> options, Database db, HttpContext http,
        CancellationToken cancellation)
    {
        if (await persons.FindRecordAsync(id, caller, cancellation) is not { } record)
        {
            return persons.NotFound.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        // One after the other, in all replicas: what counts is what the trail says.
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('reveal ' || @Subject, 0))", new { caller.Subject });
        var (seen, wait) = await work.FindAsync<(int, int)>(SeenSql, new { caller.Subject, Action });
        if (seen >= options.Value.RevealsPerHour)
        {
            http.Response.Headers.RetryAfter = $"{wait}";
            return TooMany.ToProblem();
        }

        work.Audit(caller, new Act(Action, record.RecordId, null, reason, record.Region));
        await work.CommitAsync(); // nothing is shown that is not written down
        http.Response.Headers.CacheControl = "no-store";
        var person = record.Person;
        return TypedResults.Ok(new RevealedPerson(person.NationalId.Reveal(), person.Name.Reveal(), person.Phone?.Reveal()));
    }

    private const string SeenSql = """
        select count(*)::int, coalesce(ceil(extract(epoch from min(at) + interval '1 hour' - now())), 0)::int
        from audit_entry
        where action = @Action and subject = @Subject and at > now() - interval '1 hour'
        """;
}
