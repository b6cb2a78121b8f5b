using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Wuwei.Bench.Floors;
using Wuwei.Contracts.Facts;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.Training.CertifiedTrainings;

namespace Wuwei.Bench.Figures;

/// <summary>
/// What row security and the audit trail cost a single write: the same transaction by the service's login with its entry, chained
/// meanwhile, and by the owner, whom no policy binds, without one. Both write into the same tables, and plan anew before each
/// measurement: what is planned for an empty table reads it as a whole, and goes on doing so while it grows.
/// </summary>
internal static class Audit
{
    private const string Name = "bench_audit", Bound = "scope and entry", Free = "neither";

    private static readonly Caller s_caller = new(
        "training-620602", "training", "620602", new[] { "approver", "clerk" }.ToFrozenSet(), new[] { "training.write" }.ToFrozenSet())
    { Address = "10.62.6.2" };

    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        var owner = await Databases.CreateAsync(platform, Name, typeof(RecordCertifiedTraining).Assembly);
        await using var administrator = NpgsqlDataSource.Create(owner);
        await administrator.ExecuteAsync($"""
            do $$ begin create role {Name} login password '{Name}'; exception when duplicate_object then null; end $$;
            grant select, insert, update, delete on all tables in schema public to {Name};
            grant usage on all sequences in schema public to {Name}
            """);
        using var bound = await StartAsync(new NpgsqlConnectionStringBuilder(owner) { Username = Name, Password = Name }.ConnectionString, isAudited: true);
        using var free = await StartAsync(owner, isAudited: false);
        var cpu = platform.Watch("postgres");
        await WriteAsync(free.Services.GetRequiredService<Database>(), writers: 8, settings.WarmUp, isAudited: false); // no table is empty any more
        var (rows, stages, notes) = (new List<IReadOnlyList<string>>(), new List<KeyValuePair<string, Sample>>(), "");
        foreach (var writers in new[] { 1, 8 })
        {
            Console.Error.WriteLine($"audit, {writers} writers");
            var samples = await Rounds.RunAsync(settings.Rounds,
                new(Free, () => RunAsync(free, writers, settings, isAudited: false, administrator, cpu)),
                new(Bound, async () =>
                {
                    var sample = await RunAsync(bound, writers, settings, isAudited: true, administrator, cpu);
                    await UntilChainedAsync(administrator); // what is left to do is not the other one's burden
                    return sample;
                }));
            rows.Add([$"{writers}", Report.Number(samples[Free].Rate), Report.Number(samples[Bound].Rate), Report.Number(samples[Bound].Rate / samples[Free].Rate)]);
            stages.Add(new($"{writers} writers, {Bound}", samples[Bound]));
            stages.Add(new($"{writers} writers, {Free}", samples[Free]));
            notes += Report.Aim($"{writers} writers, {Bound} ÷ {Free}", samples[Bound].Rate / samples[Free].Rate, 0.8);
        }

        await bound.StopAsync();
        report.Write("audit", Report.Table(["writers", $"{Free}, writes/s", $"{Bound}, writes/s", "ratio"], rows) + "\n" + Report.CpuTable("write", stages) + "\n" + notes);
    }

    private static async Task<IHost> StartAsync(string connection, bool isAudited)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["ConnectionStrings:database"] = connection;
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddDatabase();
        if (isAudited)
        {
            builder.AddAudit();
        }

        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<Sample> RunAsync(IHost host, int writers, Settings settings, bool isAudited, NpgsqlDataSource administrator, CpuClock cpu)
    {
        var db = host.Services.GetRequiredService<Database>();
        await administrator.ExecuteAsync("vacuum (analyze)");
        await WriteAsync(db, writers, settings.WarmUp / 2, isAudited);
        var (before, started) = (cpu.Read(), Stopwatch.GetTimestamp());
        var latencies = await WriteAsync(db, writers, settings.Time, isAudited);
        return Sample.Of(latencies, Stopwatch.GetElapsedTime(started), CpuClock.Between(before, cpu.Read()));
    }

    private static async Task<double[]> WriteAsync(Database db, int writers, TimeSpan time, bool isAudited)
    {
        var watch = Stopwatch.StartNew();
        return [.. (await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            var latencies = new List<double>();
            while (watch.Elapsed < time)
            {
                var began = Stopwatch.GetTimestamp();
                await WriteAsync(db, isAudited);
                latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return latencies;
        })))).SelectMany(list => list)];
    }

    // As a register does it: held and read in one round trip, stored with COMMIT in the other.
    private static async Task WriteAsync(Database db, bool isAudited)
    {
        var (id, person, day) = (Guid.CreateVersion7(), Guid.NewGuid().ToString("n"), new DateOnly(2025, 3, 20));
        var record = $"certified-trainings/{id}";
        var fact = new Fact(record, Measures.TrainingPersonTimes, 1, "620602", day, person, 1);
        await using var work = await db.BeginAsync(s_caller.Scope.SeeingEverywhere(), CancellationToken.None);
        await work.ReadManyAsync(LookSql, new { locks = new[] { $"certificate/B{person}", $"person/{person}" }, id, person, number = $"B{person}" }, async rows =>
        {
            await rows.ReadAsync<string>();
            return (await rows.ReadAsync<Guid>()).Count();
        });
        work.Write(InsertSql, new { id, person, body = new byte[80], number = $"B{person}", day });
        work.PublishFacts("training", [fact]);
        if (isAudited)
        {
            var shown = new CertifiedTrainingShown(
                id, $"/api/training/v1/{record}", 1, new("6223**********1016", "张**", "138****1234"), "620602", "4-10-01-05", "养老护理员", SkillLevel.Elementary,
                CertificateKind.SkillLevel, $"B{person}", "武威职业学院", day, day, day, 80, true, true, null,
                [new RecordedFact(record, fact.Measure, 1, fact.Region, day, 1)]);
            work.Audit(s_caller, new Act("training.created", record, null, shown, "620602")
            {
                DecidedUnder = ["training.most_at_once/2000-01-01/1", "training.most_hours_a_day/2000-01-01/1", "training.most_per_year/2000-01-01/1", "training.youngest_age/2000-01-01/1"],
            });
        }

        await work.CommitAsync();
    }

    private static async Task UntilChainedAsync(NpgsqlDataSource administrator)
    {
        while (await administrator.ScalarAsync<long>("select (select count(*) from audit_entry) - (select count(*) from audit_link)") > 0)
        {
            await Task.Delay(200);
        }
    }

    private const string LookSql = $"""
        {Guard.HoldSql};

        select certified_training_id
        from certified_training
        where certified_training_id = @id or person_key = @person or certificate_number = @number and cancelled_reason is null
        """;

    private const string InsertSql = $"""
        insert into certified_training ({TrainingRegister.Columns}, recorded_by)
        values (@id, 1, @person, @body, '620602', '4-10-01-05', '养老护理员', 'elementary', 'skill-level', @number, '武威职业学院', @day, @day, @day, 80, true, true, null, 'bench')
        """;
}
