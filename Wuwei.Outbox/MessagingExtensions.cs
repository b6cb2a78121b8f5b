using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Wuwei.Contracts;

namespace Wuwei.Outbox;

/// <summary>How a service gets its database and its messages.</summary>
public static class MessagingExtensions
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds the service's own database from the connection string <c>database</c>.</summary>
        public IHostApplicationBuilder AddDatabase()
        {
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            SqlMapper.AddTypeHandler(new InstantColumn());
            builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString("database")
                ?? throw new InvalidOperationException("Connection string 'database' is missing."));
            builder.Services.TryAddSingleton<OutboxSignal>();
            builder.Services.TryAddSingleton<Database>();
            return builder;
        }

        /// <summary>Adds RabbitMQ from the connection string <c>rabbitmq</c>: the outbox relay, and what is subscribed to.</summary>
        /// <param name="subscribe">Names the handlers, e.g. <c>m => m.Subscribe&lt;FactsRecorded, FoldFacts&gt;(Subscription.IndicatorFacts)</c>.</param>
        public IHostApplicationBuilder AddMessaging(Action<IMessaging>? subscribe = null)
        {
            subscribe?.Invoke(new Messaging(builder.Services));
            return builder;
        }
    }

    private sealed class Messaging(IServiceCollection services) : IMessaging
    {
        public IMessaging Subscribe<TMessage, THandler>(Subscription subscription)
            where TMessage : class
            where THandler : class, IBatchHandler<TMessage>
        {
            services.AddScoped<THandler>();
            return this;
        }
    }
}

/// <summary>What a service listens to.</summary>
public interface IMessaging
{
    /// <summary>Handles the messages of a queue in batches; one batch at a time, in one transaction.</summary>
    IMessaging Subscribe<TMessage, THandler>(Subscription subscription)
        where TMessage : class
        where THandler : class, IBatchHandler<TMessage>;
}
