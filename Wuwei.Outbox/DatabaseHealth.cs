using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Wuwei.Outbox;

/// <summary>Whether the service's database answers.</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error)
        {
            return new(context.Registration.FailureStatus, "The database does not answer.", error);
        }
    }
}
