using Wuwei.Bench.Floors;
using Wuwei.Bench.Load;

namespace Wuwei.Bench.Figures;

/// <summary>Combined scores, full and 304, against constant bytes; and what the gateway costs a write.</summary>
internal static class Pull
{
    private const double KnownConstant = 39_000;
    private const int Clients = 32;

    public static async Task RunAsync(Platform platform, Settings settings, Report report) =>
        report.Write("pull", await ScoresAsync(platform, settings) + "\n" + await GatewayAsync(platform, settings));

    internal static async Task<string> ScoresAsync(Platform platform, Settings settings)
    {
        var token = await platform.TokenAsync("assessment-office");
        var service = platform.AddressOf("assessment");
        await Facts.RecordOneAsync(platform);
        using var http = new HttpClient { BaseAddress = service, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };
        using var answer = await http.GetAsync(new Uri("/scores", UriKind.Relative));
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        using var constant = await ConstantBytes.StartAsync(body, Path.Combine(platform.Data, "constant.json"));

        var cpu = platform.Watch(new Dictionary<string, int> { ["constant"] = constant.ProcessId }, "gateway", "assessment", "postgres");
        var full = Trainings.Request("GET", "/scores", token);
        var known = Trainings.Request("GET", "/scores", token, headers: $"If-None-Match: {answer.Headers.ETag}\r\n");
        var through = Trainings.Request("GET", "/api/assessment/v1/scores", token);
        Console.Error.WriteLine($"pull, {body.Length} bytes, {Clients} clients");
        var samples = await Rounds.RunAsync(settings.Rounds,
            Of("constant bytes", constant.Address, ConstantBytes.Full, 200),
            Of("scores", service, full, 200),
            Of("constant 304", constant.Address, ConstantBytes.NotModified, 304),
            Of("scores 304", service, known, 304),
            Of("scores through the gateway", platform.Gateway, through, 200));
        return Report.Table(
                [$"pull, {Clients} clients", "requests/s", "ratio to constant", "p50, ms", "p99, ms"],
                samples.Select(sample => (IReadOnlyList<string>)
                [
                    sample.Key, Report.Number(sample.Value.Rate),
                    Report.Number(sample.Value.Rate / samples[sample.Key.EndsWith("304", StringComparison.Ordinal) ? "constant 304" : "constant bytes"].Rate),
                    Report.Number(sample.Value.P50), Report.Number(sample.Value.P99),
                ]))
            + "\n" + Report.CpuTable("pull", samples) + "\n"
            + Report.Aim("scores ÷ constant bytes", samples["scores"].Rate / samples["constant bytes"].Rate, 0.7)
            + Report.Aim("scores 304 ÷ constant 304", samples["scores 304"].Rate / samples["constant 304"].Rate, 0.8)
            + Report.Floor("constant bytes", samples["constant bytes"].Rate, KnownConstant);

        Contender Of(string name, Uri address, ReadOnlyMemory<byte> request, int expected) =>
            new(name, () => ClosedLoop.RunAsync(address, Clients, settings.WarmUp, settings.Time, () => request, expected, cpu));
    }

    private static async Task<string> GatewayAsync(Platform platform, Settings settings)
    {
        var token = await platform.TokenAsync("training-620600");
        var service = platform.AddressOf("training");
        using var nginx = Nginx.IsInstalled ? await Nginx.StartAsync(Path.Combine(platform.Data, "nginx"), service) : null;
        var cpu = platform.Watch(
            nginx is null ? [] : new Dictionary<string, int> { ["nginx"] = nginx.ProcessId }, "gateway", "training", "indicator", "assessment", "postgres", "rabbitmq");
        var (direct, through) = (new Trainings("", token), new Trainings("/api/training/v1", token));
        var text = "";
        foreach (var clients in new[] { 1, 8 })
        {
            Console.Error.WriteLine($"gateway, {clients} clients");
            var samples = await Rounds.RunAsync(settings.Rounds,
            [
                Of("direct", service, direct),
                Of("gateway", platform.Gateway, through),
                .. nginx is null ? Array.Empty<Contender>() : [Of("nginx", nginx.Address, direct)],
            ]);
            text += Report.Table(
                    [$"write, {clients} {(clients == 1 ? "client" : "clients")}", "records/s", "p50, ms", "p50 ÷ direct", "p99, ms"],
                    samples.Select(sample => (IReadOnlyList<string>)
                    [
                        sample.Key, Report.Number(sample.Value.Rate), Report.Number(sample.Value.P50),
                        Report.Number(sample.Value.P50 / samples["direct"].P50), Report.Number(sample.Value.P99),
                    ]))
                + "\n" + Report.CpuTable("record", samples) + "\n"
                + Report.Aim($"gateway ÷ direct, p50 of a write, {clients} {(clients == 1 ? "client" : "clients")}",
                    samples["gateway"].P50 / samples["direct"].P50, 1.6, atLeast: false) + "\n";

            Contender Of(string name, Uri address, Trainings requests) =>
                new(name, () => ClosedLoop.RunAsync(address, clients, settings.WarmUp, settings.Time, requests.Next, 201, cpu));
        }

        return text + (nginx is null ? "- nginx is not installed (Debian: apt-get install nginx-light): not compared.\n" : "");
    }
}
