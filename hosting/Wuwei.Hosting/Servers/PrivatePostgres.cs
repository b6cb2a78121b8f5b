using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Wuwei.Hosting;

/// <summary>
/// Runs the installed PostgreSQL as an instance of our own: its data in the data folder, loopback only, as user
/// <c>postgres</c> when the host is root. A system's own cluster is never touched.
/// </summary>
internal sealed class PrivatePostgres(PostgresServerResource server)
{
    public async Task<Plan> PlanAsync(RunContext context)
    {
        var user = ServerUser.Choose("postgres");
        var home = ServerPrograms.Folder(context.Folder, server.Name, user);
        var data = Path.Combine(home, "data");
        var environment = ServerPrograms.Environment(home);
        ServerData.ForgetWithoutVolume(context, data);
        var programs = Programs(data);
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            await InitialiseAsync(context, programs, home, data, user, environment).ConfigureAwait(false);
        }

        var port = server.PrimaryEndpoint.Port.ToString(CultureInfo.InvariantCulture);
        return new(new Launch
        {
            Name = context.InstanceId,
            Command =
            [
                Path.Combine(programs, "postgres"), "-D", data, "-p", port,
                .. Settings(context.Folder.IsThrowAway).SelectMany(setting => new[] { "-c", setting }),
                .. await context.ArgumentsAsync().ConfigureAwait(false),
            ],
            WorkingDirectory = home,
            Environment = environment,
            LogFile = context.LogFile,
            User = user,
            // Fast shutdown with a checkpoint; a throw-away server need not write anything.
            StopSignal = context.Folder.IsThrowAway ? StopSignal.QUIT : StopSignal.INT,
            StopPatience = TimeSpan.FromSeconds(20),
            Level = context.Level,
        });
    }

    public static async Task CreateDatabasesAsync(PostgresServerResource server, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(server, cancellation).ConfigureAwait(false);
        foreach (var name in server.Databases.Values)
        {
            await using var ask = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
            {
                Parameters = { new() { Value = name } },
            };
            if (await ask.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is null)
            {
                await using var create = new NpgsqlCommand(
                    $"create database {new NpgsqlCommandBuilder().QuoteIdentifier(name)}", connection);
                await create.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    public static async Task<NpgsqlConnection> OpenAsync(IResourceWithConnectionString resource, CancellationToken cancellation)
    {
        var text = await resource.GetConnectionStringAsync(cancellation).ConfigureAwait(false);
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(text) { Pooling = false, Timeout = 5, ApplicationName = "wuwei-host" }.ConnectionString);
        await connection.OpenAsync(cancellation).ConfigureAwait(false);
        return connection;
    }

    // No socket: a deep data folder makes its path too long for one, and everyone comes by TCP.
    private static IEnumerable<string> Settings(bool isThrowAway) =>
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "jit=off", "wal_compression=on",
        .. isThrowAway
            ? ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=128MB"]
            : new[] { "fsync=on", "synchronous_commit=on", "shared_buffers=512MB", "max_wal_size=2GB" },
    ];

    private async Task InitialiseAsync(
        RunContext context, string programs, string home, string data, ServerUser? user, Dictionary<string, string> environment)
    {
        // An interrupted initdb leaves a folder it will not touch again, and no version file.
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        var passwordFile = Path.Combine(home, "initial-password");
        await File.WriteAllTextAsync(
            passwordFile, await server.PasswordParameter.GetValueAsync(context.Cancellation).ConfigureAwait(false), context.Cancellation)
            .ConfigureAwait(false);
        File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (user is not null)
        {
            Native.ChangeOwner(passwordFile, user);
        }

        try
        {
            var userName = await server.UserNameReference.GetValueAsync(context.Cancellation).ConfigureAwait(false);
            await ServerPrograms.RunAsync(user, environment, home, context.Cancellation,
            [
                Path.Combine(programs, "initdb"), "-D", data, "-U", userName!, $"--pwfile={passwordFile}", "-A", "scram-sha-256",
                "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", .. context.Folder.IsThrowAway ? ["--no-sync"] : Array.Empty<string>(),
            ]).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    /// <summary>The version the data was made with; for new data the newest installed.</summary>
    /// <exception cref="DistributedApplicationException">It is not installed.</exception>
    private static string Programs(string data)
    {
        var version = Path.Combine(data, "PG_VERSION") is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return installed.Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
            .Where(folder => version is null || Path.GetFileName(folder) == version)
            .OrderByDescending(folder => double.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault()
            ?? throw new DistributedApplicationException(
                $"PostgreSQL{(version is null ? "" : $" {version}, with which {data} was made,")} is not installed (Debian: apt-get install postgresql).");
    }
}

/// <summary>Healthy when a connection opens and answers.</summary>
internal sealed class PostgresCheck(IResourceWithConnectionString resource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await PrivatePostgres.OpenAsync(resource, cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}
