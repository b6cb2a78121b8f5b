using Npgsql;

namespace Wuwei.Bench;

internal static class Sql
{
    extension(NpgsqlDataSource source)
    {
        public async Task<T> ScalarAsync<T>(string sql)
        {
            await using var command = source.CreateCommand(sql);
            command.CommandTimeout = 1200;
            return (T)(await command.ExecuteScalarAsync())!;
        }

        public async Task<int> ExecuteAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            command.CommandTimeout = 1200;
            return await command.ExecuteNonQueryAsync();
        }
    }
}
