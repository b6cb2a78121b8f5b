using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Wuwei.Contracts;
using Wuwei.Contracts.Facts;
using Wuwei.Outbox.Broker;
using Wuwei.Testing;

namespace Wuwei.Outbox.Tests;

/// <summary>A database, a virtual host with the platform's topology, and services that write and listen.</summary>
public class Rig : IAsyncLifetime
{
    private const string EffectSql = """
        create table effect (
            record_id  text   not null,
            message_id uuid   not null,
            at         bigint generated always as identity
        )
        """;

    private readonly List<WebApplication> _services = [];

    internal TestDatabase Database { get; private set; } = null!;

    internal TestVirtualHost Broker { get; private set; } = null!;

    /// <summary>What services have logged, from warnings on.</summary>
    internal ConcurrentQueue<string> Logged { get; } = new();

    public async Task InitializeAsync()
    {
        Database = await TestServers.CreateDatabaseAsync();
        Broker = await TestServers.CreateVirtualHostAsync();
        await using (var command = Database.DataSource.CreateCommand(EffectSql))
        {
            await command.ExecuteNonQueryAsync();
        }

        await BrokerTopology.DeclareAsync(Broker.ConnectionString, default);
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.StopAsync();
            await service.DisposeAsync();
        }

        await Database.DisposeAsync();
        await Broker.DisposeAsync();
    }

    /// <summary>Starts a service that publishes and, when a handler is named, listens to <c>indicator.facts</c>.</summary>
    internal Task<WebApplication> StartAsync<THandler>(params (string Key, string Value)[] settings)
        where THandler : class, IBatchHandler<FactsRecorded> =>
        StartAsync(m => m.Subscribe<FactsRecorded, THandler>(Subscription.IndicatorFacts), settings);

    internal async Task<WebApplication> StartAsync(Action<IMessaging>? subscribe = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings
            .Prepend(("ConnectionStrings:database", Database.ConnectionString))
            .Prepend(("ConnectionStrings:rabbitmq", Broker.ConnectionString))
            .Prepend(("Outbox:RetryDelay", "00:00:00.010"))
            .Prepend(("Logging:LogLevel:Default", Environment.GetEnvironmentVariable("WUWEI_TEST_LOG") ?? "None"))
            .GroupBy(s => s.Item1)
            .Select(g => KeyValuePair.Create(g.Key, (string?)g.Last().Item2)));
        builder.Logging.AddProvider(new Listener(Logged)).AddFilter<Listener>(level => level >= LogLevel.Warning);
        builder.AddDatabase();
        builder.AddMessaging(subscribe);
        builder.Services.AddSingleton<FailOnPoison.Cure>();
        var service = builder.Build();
        service.MapHealthChecks("/health");
        service.MapGroup("/messaging").MapMessaging();
        try
        {
            await service.StartAsync();
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        _services.Add(service);
        return service;
    }

    /// <summary>Stores one message with one fact, in a transaction of its own.</summary>
    internal static async Task WriteAsync(WebApplication service, string recordId, string? orderingKey = null)
    {
        await using var work = await service.Services.GetRequiredService<Database>().BeginAsync(Scope.System("test"), default);
        work.Publish(new FactsRecorded("training", [FactOf(recordId)]), orderingKey);
        await work.CommitAsync();
    }

    internal static Fact FactOf(string recordId) =>
        new(recordId, Measures.TrainingPersonTimes, 1, "620602", new DateOnly(2025, 5, 1), null, 1m);

    internal async Task<IReadOnlyList<string>> EffectsAsync() =>
        await ListAsync<string>("select record_id from effect order by at");

    internal async Task<IReadOnlyList<T>> ListAsync<T>(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(await reader.GetFieldValueAsync<T>(0));
        }

        return rows;
    }

    internal async Task<T> OneAsync<T>(string sql) => (await ListAsync<T>(sql)).Single();

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    internal Task<long> WaitingAsync() =>
        OneAsync<long>("select count(*) from outbox_message where sent_at is null and parked_reason is null");

    internal Task<IConnection> ConnectAsync() => BrokerAddress.Parse(Broker.ConnectionString).ConnectAsync("test", default);

    /// <summary>A client of the service's own HTTP endpoints.</summary>
    internal static HttpClient ClientOf(WebApplication service) => new() { BaseAddress = new(service.Urls.First()) };

    /// <summary>Messages ready in a queue.</summary>
    internal async Task<uint> CountAsync(string queue)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    /// <summary>Asks again and again until the answer is the expected one; fails with the last answer after the limit.</summary>
    internal static async Task EventuallyAsync<T>(Func<Task<T>> ask, T expected, int seconds = 30)
    {
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        T answer;
        while (!Equals(answer = await ask(), expected) && DateTime.UtcNow < deadline)
        {
            await Task.Delay(50);
        }

        Assert.Equal(expected, answer);
    }

    private sealed class Listener(ConcurrentQueue<string> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logged.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // Nothing to let go of.
        }
    }
}

/// <summary>Handles what <see cref="RecordEffects"/> does, and fails for facts of records that begin with <c>poison</c>.</summary>
internal sealed class FailOnPoison(FailOnPoison.Cure cure) : IBatchHandler<FactsRecorded>
{
    public async Task HandleAsync(IReadOnlyList<Received<FactsRecorded>> messages, UnitOfWork work, CancellationToken cancellation)
    {
        await new RecordEffects().HandleAsync(messages, work, cancellation);
        if (!cure.Taken && messages.Any(m => m.Message.Facts.Any(f => f.RecordId.StartsWith("poison", StringComparison.Ordinal))))
        {
            throw new InvalidOperationException("This one is poison.");
        }
    }

    /// <summary>Once taken, poison does no harm.</summary>
    public sealed class Cure
    {
        public bool Taken { get; set; }
    }
}

/// <summary>Writes one row for every fact it handles.</summary>
internal sealed class RecordEffects : IBatchHandler<FactsRecorded>
{
    public Task HandleAsync(IReadOnlyList<Received<FactsRecorded>> messages, UnitOfWork work, CancellationToken cancellation)
    {
        foreach (var (messageId, message) in messages)
        {
            work.Write(
                "insert into effect (record_id, message_id) select r, @messageId from unnest(@records) r",
                new { messageId, records = message.Facts.Select(f => f.RecordId).ToArray() });
        }

        return Task.CompletedTask;
    }
}
