using System.Text.Json;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>How far a long run is.</summary>
public enum RunState { Running, Finished, Cancelled, Refused }

/// <summary>A long run, and how far it is.</summary>
/// <param name="AsOf">The scores are those known at this instant, however long it takes.</param>
/// <param name="Done">Draws so far.</param>
/// <param name="Message">Why it was refused, in Chinese.</param>
public sealed record UncertaintyRun(
    Guid Id, string Scheme, int SchemeVersion, string Period, DateTimeOffset AsOf, long Draws, long Done, RunState State, string? Message, string AskedBy,
    DateTimeOffset AskedAt, DateTimeOffset? FinishedAt, string Link);

/// <summary>A run as it is stored.</summary>
/// <param name="Counts">Draws by unit and rank, unit after unit.</param>
/// <param name="Sums">Of the scores, by unit.</param>
internal sealed record StoredRun(
    Guid RunId, string Scheme, int SchemeVersion, string Period, DateTimeOffset AsOf, string Draft, long Draws, long Done, long[]? Counts, double[]? Sums,
    RunState State, string? Message, string AskedBy, DateTimeOffset AskedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Draws between two looks at the clock: some tenths of a second.</summary>
    public const int Part = 20_000;

    public ScoreQuestion Question => Wuwei.ServiceDefaults.Period.TryParse(Period, out var month)
        ? new(month, Scheme, AsOf) { Version = SchemeVersion }
        : throw new InvalidOperationException($"'{Period}' is no month.");

    public LongUncertaintyDraft Asked => JsonSerializer.Deserialize<LongUncertaintyDraft>(Draft, Json.Options)!;

    public UncertaintyRun Shown => new(
        RunId, Scheme, SchemeVersion, Period, AsOf, Draws, Done, State, Message, AskedBy, AskedAt, FinishedAt, $"/api/assessment/v1/uncertainty-runs/{RunId}");

    /// <summary>The run with its next part added: a pure function of what was drawn. The last part finishes it.</summary>
    public StoredRun With(IReadOnlyList<UnitDraws> part, int draws, DateTimeOffset now)
    {
        var units = part.Count;
        var (counts, sums) = (Counts ?? new long[units * units], Sums ?? new double[units]);
        var isLast = Done + draws == Draws;
        return this with
        {
            Counts = [.. counts.Select((count, at) => count + part[at / units].Counts[at % units])],
            Sums = [.. sums.Select((sum, unit) => sum + part[unit].MeanScore * draws)],
            Done = Done + draws,
            State = isLast ? RunState.Finished : State,
            FinishedAt = isLast ? now : null,
        };
    }

    /// <summary>What was drawn so far, as a short run would answer it.</summary>
    public IEnumerable<UnitDraws> Drawn(IReadOnlyList<UnitDraws> nominal) => nominal.Select((unit, at) =>
        unit with { Counts = Counts![(at * nominal.Count)..((at + 1) * nominal.Count)], MeanScore = Sums![at] / Done });

    public static Task<StoredRun?> FindAsync(UnitOfWork work, Guid id) => work.FindAsync<StoredRun>($"{Sql} where run_id = @id", new { id });

    /// <summary>The oldest that nobody works at, kept from others until the commit.</summary>
    public static Task<StoredRun?> NextAsync(UnitOfWork work) =>
        work.FindAsync<StoredRun>($"{Sql} where state = 'running' order by asked_at limit 1 for update skip locked");

    public static void Write(UnitOfWork work, StoredRun run) => work.Write(
        """
        update uncertainty_run
        set done = @Done, counts = @Counts, sums = @Sums, state = @State, message = @Message, finished_at = @FinishedAt
        where run_id = @RunId
        """,
        new { run.RunId, run.Done, run.Counts, run.Sums, State = run.State.ToString().ToLowerInvariant(), run.Message, run.FinishedAt });

    private const string Sql = """
        select run_id, scheme, scheme_version, to_char(month, 'YYYY-MM') as period, as_of, draft::text as draft, draws, done, counts, sums, state, message,
               asked_by, asked_at, finished_at
        from uncertainty_run
        """;
}
