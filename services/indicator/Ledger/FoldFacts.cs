using Wuwei.Contracts.Facts;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Ledger;

/// <summary>Folds the registers' facts into the ledger, hundreds of messages in one transaction.</summary>
/// <param name="fold">Also used when a report is locked.</param>
public sealed class FoldFacts(Fold fold) : IBatchHandler<FactsRecorded>
{
    public async Task HandleAsync(IReadOnlyList<Received<FactsRecorded>> messages, UnitOfWork work, CancellationToken cancellation) =>
        await fold.RunAsync([.. messages.Select(received => received.Message)], work, cancellation);
}
