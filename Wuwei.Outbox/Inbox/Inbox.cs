using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Wuwei.Contracts;

namespace Wuwei.Outbox.Inbox;

/// <summary>Where received messages take effect. The simulator has one of its own (docs/adr/0060-a-simulator-over-the-real-code.md).</summary>
internal interface IInbox<T> where T : class
{
    Task<IInboxTransaction<T>> BeginAsync(CancellationToken cancellation);

    /// <summary>Whether the error would hit any message, since the database cannot work now.</summary>
    Task<bool> IsAwayAsync(Exception error);
}

/// <summary>A transaction of the inbox; without a commit nothing of it remains.</summary>
internal interface IInboxTransaction<T> : IAsyncDisposable where T : class
{
    /// <summary>Notes messages, and says which of them are new.</summary>
    Task<IReadOnlySet<Guid>> FirstSeenAsync(IReadOnlyCollection<Guid> messageIds);

    Task HandleAsync(IReadOnlyList<Received<T>> messages, CancellationToken cancellation);

    Task CommitAsync();
}

/// <summary>A unit of work for the subscription's handler.</summary>
internal sealed class Inbox<T, THandler>(
    Subscription subscription, IServiceScopeFactory scopes, Database database, NpgsqlDataSource source) : IInbox<T>
    where T : class
    where THandler : class, IBatchHandler<T>
{
    public async Task<IInboxTransaction<T>> BeginAsync(CancellationToken cancellation) =>
        new Transaction(subscription, await database.BeginAsync(Scope.System(subscription.Queue), cancellation), scopes.CreateAsyncScope());

    public Task<bool> IsAwayAsync(Exception error) => DatabaseAway.IsCauseOfAsync(error, source);

    private sealed class Transaction(Subscription subscription, UnitOfWork work, AsyncServiceScope scope) : IInboxTransaction<T>
    {
        public Task<IReadOnlySet<Guid>> FirstSeenAsync(IReadOnlyCollection<Guid> messageIds) =>
            work.FirstSeenAsync(messageIds, subscription.Queue);

        public Task HandleAsync(IReadOnlyList<Received<T>> messages, CancellationToken cancellation) =>
            scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(messages, work, cancellation);

        public Task CommitAsync() => work.CommitAsync();

        public async ValueTask DisposeAsync()
        {
            await work.DisposeAsync();
            await scope.DisposeAsync();
        }
    }
}
