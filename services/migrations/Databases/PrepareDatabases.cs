using Dapper;
using Npgsql;
using Wuwei.Outbox;

namespace Wuwei.Migrations.Databases;

/// <summary>
/// Makes every service's database: two roles, the tables, and the rights. The owner owns and nobody logs in as it; the
/// service's login reads and writes rows and can change no table. Row-level security therefore binds every service.
/// </summary>
internal static class PrepareDatabases
{
    public static async Task RunAsync(Settings settings, ILogger log, CancellationToken cancellation)
    {
        foreach (var (service, administrator) in settings.Databases)
        {
            await CreateDatabaseAsync(service, administrator, cancellation);
        }

        // Each in its own database: they do not meet.
        await Task.WhenAll(settings.Databases.Select(database =>
            Task.Run(() => PrepareAsync(database.Key, database.Value, settings.Passwords[database.Key], log, cancellation), cancellation)));
    }

    private static async Task PrepareAsync(
        Service service, string administrator, string password, ILogger log, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(administrator);
            await connection.OpenAsync(cancellation);
            await connection.ExecuteAsync("select pg_advisory_lock(hashtext('prepare'))", commandTimeout: 600);
            await CreateRolesAsync(connection, service, password);
            await connection.ExecuteAsync(RightsSql(service, connection.Database));
            var scripts = Scripts.Of(service);
            var missing = scripts.Select(script => script.Name).Except(await AppliedAsync(connection)).Count();
            if (missing > 0)
            {
                Migrator.Migrate(AsOwner(administrator, service), scripts);
            }

            await connection.ExecuteAsync(AfterSql(service));
            log.DatabaseReady(connection.Database, scripts.Count, missing);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"The database of {service.Name} could not be prepared: {error.Message}", error);
        }
    }

    private static async Task CreateDatabaseAsync(Service service, string administrator, CancellationToken cancellation)
    {
        var address = new NpgsqlConnectionStringBuilder(administrator);
        var name = address.Database!;
        address.Database = "postgres";
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            if (await connection.ExecuteScalarAsync<bool>("select has_database_privilege('public', 'postgres', 'connect')"))
            {
                await connection.ExecuteAsync("revoke connect on database postgres from public");
            }

            if (await connection.ExecuteScalarAsync<int?>("select 1 from pg_database where datname = @name", new { name }) is null)
            {
                await connection.ExecuteAsync($"create database {Quote(name)} encoding 'UTF8' template template0");
            }
        }
        catch (PostgresException race) when (race.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another instance was faster.
        }
        catch (NpgsqlException error)
        {
            throw new InvalidOperationException($"The database of {service.Name} cannot be reached: {error.Message}", error);
        }
    }

    private static async Task CreateRolesAsync(NpgsqlConnection connection, Service service, string password)
    {
        foreach (var (role, kind) in new[] { (service.Owner, "nologin"), (service.Login, "login") })
        {
            if (await connection.ExecuteScalarAsync<int?>("select 1 from pg_roles where rolname = @role", new { role }) is null)
            {
                await connection.ExecuteAsync($"create role {Quote(role)} {kind}");
            }
        }

        if (await connection.ExecuteScalarAsync<bool>(
            "select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb) from pg_roles where rolname = any(@roles)",
            new { roles = new[] { service.Owner, service.Login } }))
        {
            throw new InvalidOperationException($"Role {service.Login} or {service.Owner} exists with an administrator's rights.");
        }

        if (!ScramVerifier.Matches(await VerifierAsync(connection, service.Login), password))
        {
            await connection.ExecuteAsync($"alter role {Quote(service.Login)} login password '{ScramVerifier.Create(password)}'");
        }
    }

    private static async Task<string?> VerifierAsync(NpgsqlConnection connection, string role)
    {
        try
        {
            return await connection.ExecuteScalarAsync<string?>("select rolpassword from pg_authid where rolname = @role", new { role });
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return null; // an administrator who is no superuser sets it every time
        }
    }

    // Before the scripts, so that what they create is granted as it is created.
    private static string RightsSql(Service service, string database) => $"""
        grant {Quote(service.Owner)} to current_user;
        alter database {Quote(database)} owner to {Quote(service.Owner)};
        revoke all on database {Quote(database)} from public;
        grant connect on database {Quote(database)} to {Quote(service.Login)};
        revoke all on schema public from public;
        grant usage on schema public to {Quote(service.Login)};
        alter default privileges for role {Quote(service.Owner)} revoke execute on functions from public;
        alter default privileges for role {Quote(service.Owner)} grant select, insert, update, delete on tables to {Quote(service.Login)};
        alter default privileges for role {Quote(service.Owner)} grant usage on sequences to {Quote(service.Login)};
        alter default privileges for role {Quote(service.Owner)} grant execute on functions to {Quote(service.Login)};
        """;

    // What is there already, but for the one table that is not the service's business; and what is only appended to (its
    // trigger says so) is neither changed nor deleted from.
    private static string AfterSql(Service service) => $"""
        grant select, insert, update, delete on all tables in schema public to {Quote(service.Login)};
        grant usage on all sequences in schema public to {Quote(service.Login)};
        grant execute on all functions in schema public to {Quote(service.Login)};
        do $$ begin
            if to_regclass('schemaversions') is not null then
                revoke all on schemaversions from {Quote(service.Login)};
            end if;
        end $$;
        do $$ declare kept regclass; begin
            for kept in select tgrelid from pg_trigger join pg_proc on pg_proc.oid = tgfoid where proname = 'only_appended_to' loop
                execute format('revoke update, delete on %s from {Quote(service.Login)}', kept);
            end loop;
        end $$;
        """;

    private static string AsOwner(string administrator, Service service) =>
        new NpgsqlConnectionStringBuilder(administrator) { Options = $"-c role={service.Owner}", Pooling = false }.ConnectionString;

    private static async Task<IEnumerable<string>> AppliedAsync(NpgsqlConnection connection) =>
        await connection.ExecuteScalarAsync<bool>("select to_regclass('schemaversions') is not null")
            ? await connection.QueryAsync<string>("select scriptname from schemaversions")
            : [];

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
