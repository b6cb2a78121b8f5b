using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Wuwei.Outbox;
using Xunit;

namespace Wuwei.Testing;

/// <summary>
/// A whole service on a database of its own, trusting the tokens of <see cref="TestTokens"/>. Without a broker its
/// messages stay in the outbox, where <see cref="MessagesAsync"/> reads them; with one everything runs.
/// </summary>
/// <example><code>
/// public sealed class IndicatorService() : ServiceFactory&lt;Program&gt;("indicator");
/// public sealed class SomeTests(IndicatorService service) : IClassFixture&lt;IndicatorService&gt; { … service.ClientFor(TestCaller.Of("indicator")) … }
/// </code></example>
/// <param name="service">Public name; the audience is <c>wuwei.{service}</c>.</param>
/// <param name="broker">Whether messages are sent and received.</param>
public abstract class ServiceFactory<TProgram>(string service, bool broker = false) : WebApplicationFactory<TProgram>, IAsyncLifetime
    where TProgram : class
{
    private TestVirtualHost? _virtualHost;

    /// <summary>The audience of the service's tokens.</summary>
    public string Audience { get; } = $"wuwei.{service}";

    /// <summary>The service's clock; the real time until it is set.</summary>
    public TestClock Clock { get; } = new();

    /// <summary>The service's database.</summary>
    public TestDatabase Database { get; private set; } = null!;

    /// <summary>The service's virtual host; only with a broker.</summary>
    public TestVirtualHost VirtualHost => _virtualHost ?? throw new InvalidOperationException("This service runs without a broker.");

    /// <summary>A client with a fresh token of the caller; null: no token.</summary>
    public HttpClient ClientFor(TestCaller? caller)
    {
        var client = CreateClient();
        if (caller is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Issue(caller, Audience));
        }

        return client;
    }

    /// <summary>What the service said since the last time it was asked, oldest first: every stored message of one type.</summary>
    public async Task<IReadOnlyList<T>> MessagesAsync<T>() where T : class
    {
        await using var command = Database.DataSource.CreateCommand(
            "delete from outbox_message where message_type = $1 returning position, body");
        command.Parameters.Add(new() { Value = typeof(T).FullName! });
        var rows = new List<(long Position, string Body)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        return [.. rows.OrderBy(row => row.Position).Select(row => JsonSerializer.Deserialize<T>(row.Body, JsonSerializerOptions.Web)!)];
    }

    /// <summary>Hands a message to the service's handler exactly as its queue would: inbox, effect and outbox in one commit.</summary>
    public Task DeliverAsync<TMessage, THandler>(params IReadOnlyList<TMessage> messages)
        where TMessage : class where THandler : class, IBatchHandler<TMessage> =>
        DeliverAsync<TMessage, THandler>([.. messages.Select(message => new Received<TMessage>(Guid.CreateVersion7(), message))]);

    /// <summary>The same with the messages' ids, to deliver one twice.</summary>
    public async Task DeliverAsync<TMessage, THandler>(IReadOnlyList<Received<TMessage>> received)
        where TMessage : class where THandler : class, IBatchHandler<TMessage>
    {
        await using var scope = Services.CreateAsyncScope();
        await using var work = await scope.ServiceProvider.GetRequiredService<Database>().BeginAsync(Scope.System("test"), CancellationToken.None);
        var first = await work.FirstSeenAsync([.. received.Select(message => message.MessageId)], typeof(THandler).Name);
        await scope.ServiceProvider.GetRequiredService<THandler>()
            .HandleAsync([.. received.DistinctBy(m => m.MessageId).Where(m => first.Contains(m.MessageId))], work, CancellationToken.None);
        await work.CommitAsync();
    }

    public virtual async Task InitializeAsync()
    {
        Database = await TestServers.CreateDatabaseAsync(typeof(TProgram).Assembly);
        _virtualHost = broker ? await TestServers.CreateVirtualHostAsync() : null;
    }

    public new virtual async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.DisposeAsync();
        if (_virtualHost is not null)
        {
            await _virtualHost.DisposeAsync();
        }
    }

    /// <summary>Settings and replacements; an override calls this first.</summary>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseContentRoot(AppContext.BaseDirectory);
        builder.UseEnvironment("Production");
        builder.UseSetting("ConnectionStrings:database", Database.ServiceConnectionString);
        builder.UseSetting("ConnectionStrings:rabbitmq", _virtualHost?.ConnectionString ?? "amqp://nobody:nothing@127.0.0.1:1");
        builder.UseSetting("Authentication:Issuer", TestTokens.Issuer);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(Clock);
            services.PostConfigureAll<JwtBearerOptions>(options => options.TokenValidationParameters.IssuerSigningKey = TestTokens.Key);
            if (_virtualHost is null)
            {
                // Nothing sends or listens: what was published stays in the outbox to be read.
                foreach (var background in services.Where(IsMessaging).ToArray())
                {
                    services.Remove(background);
                }
            }
        });
    }

    private static bool IsMessaging(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService) && !service.IsKeyedService
        && (service.ImplementationType?.Assembly ?? service.ImplementationFactory?.Method.Module.Assembly)?.GetName().Name
            is "Wuwei.Outbox" or "MassTransit" or "MassTransit.RabbitMqTransport";
}
