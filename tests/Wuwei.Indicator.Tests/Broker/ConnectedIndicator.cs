using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Contracts.Facts;
using Wuwei.Outbox;
using Wuwei.Outbox.Broker;
using Wuwei.Testing;

namespace Wuwei.Indicator.Tests.Broker;

/// <summary>The whole service with a broker: facts come in through relay, queue, inbox and fold.</summary>
public sealed class ConnectedIndicator() : ServiceFactory<Program>("indicator", broker: true)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await BrokerTopology.DeclareAsync(VirtualHost.ConnectionString, default);
        _ = Services; // starts
    }

    /// <summary>Sends messages as the registers do, each committed on its own.</summary>
    public async Task SendAsync(IEnumerable<FactsRecorded> messages)
    {
        foreach (var message in messages)
        {
            await using var work = await Services.GetRequiredService<Database>().BeginAsync(Scope.System("test"), default);
            work.Publish(message);
            await work.CommitAsync();
        }
    }

    /// <summary>Waits until nothing is left to send and every message of facts was handled.</summary>
    public Task QuietAsync() => EventuallyAsync(() => ScalarAsync<bool>("""
        select not exists (select from outbox_message where sent_at is null)
           and not exists (select from outbox_message o where o.message_type = 'Wuwei.Contracts.Facts.FactsRecorded'
                 and not exists (select from inbox_message i where i.message_id = o.message_id))
        """), true);

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks until the answer is the expected one; fails with the last answer after a minute.</summary>
    public static async Task EventuallyAsync<T>(Func<Task<T>> ask, T expected)
    {
        var deadline = DateTime.UtcNow.AddMinutes(1);
        T answer;
        while (!Equals(answer = await ask(), expected) && DateTime.UtcNow < deadline)
        {
            await Task.Delay(50);
        }

        Assert.Equal(expected, answer);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Outbox:RetryDelay", "00:00:00.010");
        builder.UseSetting("Outbox:PollInterval", "00:00:00.050");
    }
}
