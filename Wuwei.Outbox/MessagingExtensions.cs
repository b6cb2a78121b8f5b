using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wuwei.Contracts;
using Wuwei.Outbox.Broker;
using Wuwei.Outbox.Inbox;
using Wuwei.Outbox.Operators;
using Wuwei.Outbox.Relay;

namespace Wuwei.Outbox;

/// <summary>How a service gets its database and its messages.</summary>
public static class MessagingExtensions
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds the service's own database from the connection string <c>database</c>, and its health check.</summary>
        public IHostApplicationBuilder AddDatabase()
        {
            DapperTypes.Register(); // before the relay reads what an earlier process has left, whether or not anybody asks for Database
            builder.Services.AddNpgsqlDataSource(
                builder.Configuration.GetConnectionString("database") ?? throw new InvalidOperationException("Connection string 'database' is missing."),
                source =>
                {
                    // The same few statements all day: parsed and planned once a connection.
                    source.ConnectionStringBuilder.MaxAutoPrepare = 100;
                    // Nothing is set for longer than a transaction, so there is nothing to reset; it cost five statements each time.
                    source.ConnectionStringBuilder.NoResetOnClose = true;
                });
            builder.Services.TryAddSingleton<OutboxSignal>();
            builder.Services.TryAddSingleton<Database>();
            builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", timeout: TimeSpan.FromSeconds(5));
            return builder;
        }

        /// <summary>Adds RabbitMQ from the connection string <c>rabbitmq</c>: the outbox relay, and what is subscribed to.</summary>
        /// <param name="subscribe">Names the handlers, e.g. <c>m => m.Subscribe&lt;FactsRecorded, FoldFacts&gt;(Subscription.IndicatorFacts)</c>.</param>
        public IHostApplicationBuilder AddMessaging(Action<IMessaging>? subscribe = null)
        {
            var services = builder.Services;
            var address = BrokerAddress.Parse(builder.Configuration.GetConnectionString("rabbitmq")
                ?? throw new InvalidOperationException("Connection string 'rabbitmq' is missing."));
            services.AddOptions<OutboxOptions>().BindConfiguration("Outbox").ValidateDataAnnotations().ValidateOnStart()
                .Validate(o => o.Lease > o.PublishLimit, "Outbox:Lease must be longer than Outbox:PublishLimit.");
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<OutboxMetrics>();
            services.AddSingleton<IOutboxRows, OutboxRows>();
            services.AddSingleton<ISender, Sender>();

            // Hosted services stop in the reverse of this order: the relay first, then the bus, which waits for what it
            // has delivered, then those who handle it.
            var subscriptions = new Subscriptions(services);
            subscribe?.Invoke(subscriptions);
            services.AddSingleton(subscriptions);
            services.AddSingleton(new Listening(subscriptions.Queues));
            services.AddSingleton(address);
            services.AddBus(address, builder.Environment.ApplicationName);
            services.AddHostedService<OutboxSweeper>();
            services.AddHostedService<OutboxRelay>();
            return builder;
        }
    }

    extension(RouteGroupBuilder group)
    {
        /// <summary>
        /// Maps what operators can do about messages that went nowhere: this service's error queues and parked messages,
        /// to list, read and replay. The group says who may, e.g.
        /// <c>app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging()</c>.
        /// </summary>
        public RouteGroupBuilder MapMessaging()
        {
            group.ExcludeFromDescription(); // the OpenAPI document is for departments' systems
            FailedMessages.Map(group);
            ParkedMessages.Map(group);
            SentMessages.Map(group);
            return group;
        }
    }

    private static void AddBus(this IServiceCollection services, BrokerAddress address, string application)
    {
        services.Configure<MassTransitHostOptions>(o =>
        {
            o.WaitUntilStarted = false; // the service's port opens whether or not the broker is there
            o.StopTimeout = TimeSpan.FromSeconds(20);
        });
        services.AddMassTransit(bus =>
        {
            bus.ConfigureUsageTelemetryOptions(o => o.Enabled = false); // nobody outside hears how the city works
            bus.ConfigureHealthCheckOptions(o =>
            {
                o.Name = "broker";
                o.MinimalFailureStatus = HealthStatus.Degraded; // messages wait in the outbox meanwhile
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                LogContext.ConfigureCurrentLogContext(context.GetRequiredService<ILoggerFactory>()); // not another host's
                rabbit.Host(address.Host, address.Port, address.VirtualHost, application, host =>
                {
                    host.Username(address.User);
                    host.Password(address.Password);
                    host.Heartbeat(BrokerAddress.Heartbeat);
                    if (address.Tls)
                    {
                        host.UseSsl(ssl => ssl.ServerName = address.Host);
                    }
                });
                foreach (var endpoint in context.GetRequiredService<Subscriptions>().Endpoints)
                {
                    endpoint(context, rabbit);
                }
            });
        });
    }

    private sealed class Subscriptions(IServiceCollection services) : IMessaging
    {
        public List<Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>> Endpoints { get; } = [];

        public List<string> Queues { get; } = [];

        public IMessaging Subscribe<TMessage, THandler>(Subscription subscription)
            where TMessage : class
            where THandler : class, IBatchHandler<TMessage>
        {
            if (subscription.Message != typeof(TMessage))
            {
                throw new ArgumentException($"Queue {subscription.Queue} holds {subscription.Message.Name}, not {typeof(TMessage).Name}.");
            }

            services.TryAddScoped<THandler>();
            services.AddSingleton(provider =>
                ActivatorUtilities.CreateInstance<Intake<TMessage, THandler>>(
                provider, subscription, ActivatorUtilities.CreateInstance<Inbox<TMessage, THandler>>(provider, subscription)));
            services.AddHostedService(provider => provider.GetRequiredService<Intake<TMessage, THandler>>());
            Queues.Add(subscription.Queue);
            Endpoints.Add((context, rabbit) => rabbit.ReceiveEndpoint(subscription.Queue, endpoint =>
                Configure(endpoint, subscription.Queue, context.GetRequiredService<Intake<TMessage, THandler>>(), context)));
            return this;
        }

        private static void Configure<TMessage, THandler>(
            IRabbitMqReceiveEndpointConfigurator endpoint, string queue, Intake<TMessage, THandler> intake, IServiceProvider provider)
            where TMessage : class
            where THandler : class, IBatchHandler<TMessage>
        {
            var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<OutboxOptions>>().Value;
            endpoint.PrefetchCount = options.Prefetch;
            endpoint.PublishFaults = false;
            endpoint.ThrowOnSkippedMessages();
            endpoint.ConfigureError(error => error.UseFilter(new MoveToErrorQueue(queue)));
            endpoint.BindDeadLetterQueue(BrokerTopology.ErrorQueueOf(queue), BrokerTopology.ErrorQueueOf(queue), error =>
            {
                foreach (var (name, value) in BrokerTopology.ErrorQueueArguments)
                {
                    error.SetQueueArgument(name, value);
                }
            });
            foreach (var (name, value) in BrokerTopology.ArgumentsOf(queue))
            {
                endpoint.SetQueueArgument(name, value);
            }

            endpoint.Handler<TMessage>(intake.TakeAsync);
        }
    }
}

/// <summary>What a service listens to.</summary>
public interface IMessaging
{
    /// <summary>Handles the messages of a queue in batches; one batch at a time, in one transaction.</summary>
    /// <exception cref="ArgumentException">The queue holds another message.</exception>
    IMessaging Subscribe<TMessage, THandler>(Subscription subscription)
        where TMessage : class
        where THandler : class, IBatchHandler<TMessage>;
}
