using Npgsql;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Bench.Load;

/// <summary>
/// Fills a ledger with facts by the million, as if they had been folded: heads, history, totals and position agree. Half are
/// persons who left for work, half trainings, over five years and every township.
/// </summary>
internal static class Filling
{
    /// <summary>Adds facts until the ledger has as many; one that has more, of a figure before, is emptied first.</summary>
    public static async Task FillAsync(NpgsqlDataSource ledger, long facts)
    {
        await using var connection = await ledger.OpenConnectionAsync();
        if (await CountAsync(connection) > facts)
        {
            await ExecuteAsync(connection, "truncate fact_head, fact_history, measure_total, measure_total_version, county_total, county_total_version");
        }

        var (from, position) = (await CountAsync(connection), await ScalarAsync(connection, "select position from ledger"));
        var indexes = await DropIndexesAsync(connection);
        await ExecuteAsync(connection, $"""
            set session_replication_role = replica; -- no look-up of the same measure ten million times
            set synchronous_commit = off;
            set maintenance_work_mem = '512MB';
            set work_mem = '256MB';
            update ledger set position = position + {facts - from}, known_at = greatest(clock_timestamp(), known_at + interval '1 microsecond');
            insert into ledger_fold select position, known_at from ledger;
            create temporary table region as
                select code, row_number() over () - 1 as number from unnest(array[{string.Join(',', Townships)}]) code;
            """);
        const long Step = 1_000_000;
        for (var done = from; done < facts; done += Step)
        {
            await ExecuteAsync(connection, $"""
                create temporary table made as
                select {position - from} + i as position, (select known_at from ledger) as known_at,
                    case when i % 2 = 0 then 'labour-transfer' else 'training' end as source,
                    case when i % 2 = 0 then 'departures/' else 'certified-trainings/' end || lpad(i::text, 12, '0') as record_id,
                    case when i % 2 = 0 then 'labour-transfer.persons' else 'training.person-times' end as measure,
                    code as region, date '2021-01-01' + (hash >> 8) % 1826 as event_date, md5(i::text) as person_key, i % 2 = 0 as person
                from (select i, hashint8(i) & 2147483647 as hash from generate_series({done + 1}::bigint, {Math.Min(done + Step, facts)}::bigint) i) numbered
                join region on number = hash % {Townships.Length};
                insert into fact_history (position, known_at, source, record_id, measure, revision, region, event_date, person_key, person_year, quantity)
                select position, known_at, source, record_id, measure, 1, region, event_date, person_key,
                    case when person then extract(year from event_date)::smallint end, 1
                from made order by position;
                insert into fact_head (source, record_id, measure, revision, region, event_date, person_key, person_year, quantity, counted, position, known_at)
                select source, record_id, measure, 1, region, event_date, person_key,
                    case when person then extract(year from event_date)::smallint end, 1, true, position, known_at
                from made order by record_id;
                drop table made;
                """);
        }

        foreach (var index in indexes)
        {
            await ExecuteAsync(connection, index);
        }

        await ExecuteAsync(connection, """
            insert into measure_total (measure, region, month, quantity, facts, position, known_at)
            select measure, region, date_trunc('month', event_date)::date, sum(quantity), count(*), (select position from ledger), (select known_at from ledger)
            from fact_head where counted group by 1, 2, 3
            on conflict (measure, region, month) do update
            set quantity = excluded.quantity, facts = excluded.facts, position = excluded.position, known_at = excluded.known_at;
            insert into measure_total_version (measure, region, month, position, quantity, facts, known_at)
            select measure, region, month, position, quantity, facts, known_at from measure_total
            on conflict do nothing;
            insert into county_total (measure, region, month, quantity, facts, position, known_at)
            select measure, left(region, 6), month, sum(quantity), sum(facts), max(position), max(known_at)
            from measure_total group by 1, 2, 3
            on conflict (measure, region, month) do update
            set quantity = excluded.quantity, facts = excluded.facts, position = excluded.position, known_at = excluded.known_at;
            insert into county_total_version (measure, region, month, position, quantity, facts, known_at)
            select measure, region, month, position, quantity, facts, known_at from county_total
            on conflict do nothing;
            drop table region;
            """);
        foreach (var table in new[] { "fact_head", "fact_history", "measure_total", "measure_total_version", "county_total", "county_total_version" })
        {
            await ExecuteAsync(connection, $"vacuum (analyze) {table}");
        }

        await ExecuteAsync(connection, "checkpoint");
        await ExecuteAsync(connection, "discard all"); // the connection goes back to its pool
    }

    private static readonly string[] Townships =
        [.. RegionCode.Wuwei.Values.Where(region => region.Level == "township").Select(region => $"'{region.Code}'").Order(StringComparer.Ordinal)];

    private static Task<long> CountAsync(NpgsqlConnection connection) => ScalarAsync(connection, "select count(*) from fact_head");

    // Ten million rows into an index one by one take many times as long as all at once.
    private static async Task<List<string>> DropIndexesAsync(NpgsqlConnection connection)
    {
        var definitions = new List<(string Name, string Definition)>();
        await using (var command = new NpgsqlCommand("""
            select c.relname, replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ')
            from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid in ('fact_head'::regclass, 'fact_history'::regclass) and not i.indisprimary
            """, connection))
        await using (var row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                definitions.Add((row.GetString(0), row.GetString(1)));
            }
        }

        foreach (var (name, _) in definitions)
        {
            await ExecuteAsync(connection, $"drop index {name}");
        }

        return [.. definitions.Select(index => index.Definition)];
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1200 };
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1200 };
        await command.ExecuteNonQueryAsync();
    }
}
