namespace Wuwei.Migrations;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Database {Database}: {Scripts} scripts in place, {Applied} of them new")]
    public static partial void DatabaseReady(this ILogger log, string database, int scripts, int applied);

    [LoggerMessage(LogLevel.Information, "Broker: exchanges and queues declared, {Users} users with their rights")]
    public static partial void BrokerReady(this ILogger log, int users);

    [LoggerMessage(LogLevel.Critical, "{Reason} No service starts before this is repaired.")]
    public static partial void Failed(this ILogger log, string reason);

    [LoggerMessage(LogLevel.Debug, "Where it happened")]
    public static partial void FailedAt(this ILogger log, Exception error);
}
