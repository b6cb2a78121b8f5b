namespace Wuwei.Migrations;

/// <summary>Where the servers are, and what their administrators and the services are called.</summary>
/// <param name="Databases">The administrator's connection string to each service's database.</param>
/// <param name="Broker">The administrator's <c>amqp://user:password@host:port/vhost</c>.</param>
/// <param name="Management">The broker's HTTP API; takes the administrator's login too.</param>
/// <param name="Passwords">Each service's own password, for database and broker.</param>
internal sealed record Settings(
    IReadOnlyDictionary<Service, string> Databases,
    Uri Broker,
    Uri Management,
    IReadOnlyDictionary<Service, string> Passwords)
{
    /// <exception cref="InvalidOperationException">A setting is missing; the message names it.</exception>
    public static Settings From(IConfiguration configuration) => new(
        Service.All.ToDictionary(s => s, s => Required(configuration, $"ConnectionStrings:{s.Name}-db")),
        new(Required(configuration, "ConnectionStrings:rabbitmq")),
        new(Required(configuration, "RabbitMQ:Management")),
        Service.All.ToDictionary(s => s, s => Required(configuration, $"Passwords:{s.Login}")));

    private static string Required(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"Setting '{key.Replace(":", "__", StringComparison.Ordinal)}' is missing.");
}
