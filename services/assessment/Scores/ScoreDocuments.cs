using Microsoft.Extensions.Caching.Memory;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>A rendered answer about scores.</summary>
/// <param name="Month">Its month's first day.</param>
internal sealed record ScoreDocument(DateOnly Month, string Etag, byte[] Body);

/// <summary>
/// Renders answers once per change and keeps them: fresh while nothing they rest on has changed (one look at counters),
/// rendered anew at the next pull after it did. Nobody waits for a score that nobody asks for, and a bulk load costs
/// one rendering however many messages it is made of. Those who ask within <c>Scores:LookAge</c> (10 ms) share one look:
/// an answer is what held when it was asked for, or that much before.
/// </summary>
internal sealed class ScoreDocuments(Database db, ScoreReader reader, IConfiguration configuration, TimeProvider clock) : IDisposable
{
    // Questions that are remembered at once, each with its last answer; more are answered all the same.
    private const int MostQuestions = 500;

    private readonly long _lookAge =
        (long)(configuration.GetValue("Scores:LookAge", TimeSpan.FromMilliseconds(10)).TotalSeconds * clock.TimestampFrequency);

    private readonly MemoryCache _questions = new(new MemoryCacheOptions { SizeLimit = MostQuestions });

    /// <summary>Whether the platform holds synthetic demonstration records; said in every answer.</summary>
    public bool Demonstration { get; } = configuration.GetValue("Demonstration", false);

    private string Renderer => field ??= $"{typeof(ScoreDocuments).Module.ModuleVersionId:n}{(Demonstration ? "+demonstration" : "")}";

    public void Dispose() => _questions.Dispose();

    /// <summary>The stored answer, or a new one.</summary>
    /// <param name="part">Names the answer among those about one month, e.g. <c>table.csv</c>.</param>
    /// <param name="render">Renders it from the scores; null when there is no such part.</param>
    public Task<Decision<ScoreDocument>> GetAsync(
        ScoreQuestion question, string part, Func<Scoring, byte[]?> render, CancellationToken cancellation)
    {
        if (question.AsOf is not null)
        {
            return RenderAsync(question, part, render, cancellation);
        }

        var asked = _questions.GetOrCreate((question.Month, question.Scheme, part), entry =>
        {
            entry.Size = 1;
            return new Asked(new(clock));
        })!;
        return asked.Looks.AskAsync(clock.GetTimestamp() - _lookAge, () => FreshAsync(asked, question, part, render)).WaitAsync(cancellation);
    }

    private async Task<Decision<ScoreDocument>> FreshAsync(Asked asked, ScoreQuestion question, string part, Func<Scoring, byte[]?> render)
    {
        var last = asked.Answer;
        var fresh = await db.FindAsync<Stored>(
            ScoreReader.Scope, FreshSql, new { month = question.Month?.Start, question.Scheme, part, Renderer, last?.Etag }, CancellationToken.None);
        var answer = fresh is null ? await RenderAsync(question, part, render, CancellationToken.None)
            : new ScoreDocument(fresh.Month, fresh.Etag, fresh.Body ?? last!.Body);
        if (!answer.IsRefused(out _, out var document))
        {
            asked.Answer = document;
        }

        return answer;
    }

    private async Task<Decision<ScoreDocument>> RenderAsync(
        ScoreQuestion question, string part, Func<Scoring, byte[]?> render, CancellationToken cancellation)
    {
        if ((await reader.ComputeAsync(question, cancellation)).IsRefused(out var refusal, out var scoring))
        {
            return refusal;
        }

        if (render(scoring) is not { } body)
        {
            return ScoreQuestion.UnknownItem;
        }

        var document = new ScoreDocument(scoring.Table.Month.Start, ETags.Of(body), body);
        if (question.AsOf is null)
        {
            await using var work = await db.BeginAsync(ScoreReader.Scope, cancellation);
            var scheme = scoring.Table.Scheme;
            work.Write(StoreSql, new { scheme.Id, scheme.Version, document.Month, part, Renderer, scoring.Changes, document.Etag, document.Body });
            await work.CommitAsync();
        }

        return document;
    }

    /// <summary>A question that was asked lately.</summary>
    private sealed class Asked(SharedLooks<Decision<ScoreDocument>> looks)
    {
        public SharedLooks<Decision<ScoreDocument>> Looks { get; } = looks;

        /// <summary>What was answered last; looks come one after the other, so nobody writes it meanwhile.</summary>
        public ScoreDocument? Answer { get; set; }
    }

    /// <param name="Body">Null: the one with this tag, which the caller has.</param>
    private sealed record Stored(DateOnly Month, string Etag, byte[]? Body);

    // The body travels only when it is another one.
    private const string FreshSql = """
        with latest as (
            select date_trunc('month', ends_on)::date as month from observation
            where value is not null and length(period) = 7
            order by ends_on desc
            limit 1
        ), applied as (
            select version, make_date(plan_to, 12, 1) as last from scheme_version
            where scheme = @Scheme and valid_from <= coalesce(@month, (select month from latest))
            order by version desc
            limit 1
        )
        select d.month, d.etag, case when d.etag is distinct from @Etag then d.body end as body
        from applied a
        join score_document d on (d.scheme, d.version, d.part, d.renderer) = (@Scheme, a.version, @part, @Renderer)
            and d.month = coalesce(@month, (select least(month, a.last) from latest))
            and d.changes = (select coalesce(sum(c.changes), 0) from score_change c where c.month <= d.month)
        """;

    // An older rendering may overwrite a newer one; its counter gives it away and the next pull renders anew.
    private const string StoreSql = """
        insert into score_document values (@Id, @Version, @Month, @part, @Renderer, @Changes, @Etag, @Body)
        on conflict (scheme, version, month, part) do update
        set renderer = excluded.renderer, changes = excluded.changes, etag = excluded.etag, body = excluded.body
        """;
}
