using Wuwei.Indicator.Reports;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Reports;

public sealed class MoveReportTests
{
    /// <summary>Every move from every state; anything not named is refused.</summary>
    private static readonly Dictionary<(ReportState, ReportMove), ReportState> s_ways = new()
    {
        [(ReportState.Draft, ReportMove.Submission)] = ReportState.Submitted,
        [(ReportState.Returned, ReportMove.Submission)] = ReportState.Submitted,
        [(ReportState.Submitted, ReportMove.Submission)] = ReportState.Submitted,
        [(ReportState.Submitted, ReportMove.Approval)] = ReportState.Approved,
        [(ReportState.Approved, ReportMove.Approval)] = ReportState.Approved,
        [(ReportState.Approved, ReportMove.Lock)] = ReportState.Locked,
        [(ReportState.Locked, ReportMove.Lock)] = ReportState.Locked,
        [(ReportState.Submitted, ReportMove.Return)] = ReportState.Returned,
        [(ReportState.Approved, ReportMove.Return)] = ReportState.Returned,
        [(ReportState.Returned, ReportMove.Return)] = ReportState.Returned,
        [(ReportState.Locked, ReportMove.Unlock)] = ReportState.Returned,
        [(ReportState.Returned, ReportMove.Unlock)] = ReportState.Returned,
    };

    [Fact]
    public void Given_every_state_When_every_move_is_tried_Then_it_leads_where_it_should_or_is_refused()
    {
        foreach (var state in Enum.GetValues<ReportState>())
        {
            foreach (var move in Enum.GetValues<ReportMove>())
            {
                var refused = MoveReport.Decide(move, In(state), () => null).IsRefused(out var refusal, out var step);
                Assert.Equal(s_ways.TryGetValue((state, move), out var to), !refused);
                Assert.True(refused ? refusal!.Code == MoveReport.WrongState.Code : step!.State == to, $"{move} from {state}");
            }
        }
    }

    [Fact]
    public void Given_a_stale_version_When_moved_Then_it_is_refused_unless_it_is_there_already()
    {
        Assert.True(MoveReport.Decide(ReportMove.Lock, In(ReportState.Approved), () => ETags.Stale).IsRefused(out var refusal, out _));
        Assert.Equal("request.stale", refusal.Code);
        Assert.False(MoveReport.Decide(ReportMove.Lock, In(ReportState.Locked), () => ETags.Stale).IsRefused(out _, out _));
    }

    private static StoredReport In(ReportState state) =>
        StoredReport.New(new("1", "620602", "2025-01")) with { State = state.ToString().ToLowerInvariant(), Revision = 1 };
}
