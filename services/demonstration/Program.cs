using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Wuwei.Demonstration;
using Wuwei.Demonstration.Audits;
using Wuwei.Demonstration.Gateway;
using Wuwei.Demonstration.Generator;
using Wuwei.Demonstration.Loading;
using Wuwei.Demonstration.PersonalData;
using Wuwei.Demonstration.Reconciliations;
using Wuwei.Demonstration.Scores;

// Without a command: loads the plan and, unless Demonstration:Records is false, the records (or Demonstration:Share of their
// people); waits until all of it counts; prints the scores. `scores`: only prints them. `reconcile`: compares registers and ledger; 1 when they differ.
// `audit [SERVICE:POSITION:HASH...]`: verifies the audit trails, and that they go through the links named; 1 when one does not.
// `rotate`: has the registers seal personal data under their current key.
// `token CLIENT`, `secret CLIENT`: prints a development client's.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
var gatewayAddress = configuration["services:gateway:http:0"] ?? configuration["Gateway"] ?? "http://127.0.0.1:8080";
var seed = configuration["DevelopmentClients:Seed"] ?? throw new InvalidOperationException("DevelopmentClients:Seed is not set.");

// Both stay until the process ends: a signal may come at its very end.
var stopping = new CancellationTokenSource();
var signals = new List<PosixSignalRegistration>();
foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
{
    signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stopping.Cancel();
    }));
}

using var http = new HttpClient { BaseAddress = new Uri(gatewayAddress), Timeout = TimeSpan.FromMinutes(1) };
var gateway = new GatewayClient(http, client => DevelopmentSecrets.Of(seed, client));

try
{
    switch (args)
    {
        case []:
            await LoadAsync();
            await PrintScoresAsync();
            return 0;
        case ["scores"]:
            await PrintScoresAsync();
            return 0;
        case ["reconcile"]:
            var reconciled = await new Reconciliation(gateway).RunAsync(TimeSpan.FromSeconds(5), stopping.Token);
            Console.WriteLine(reconciled);
            return reconciled.Drifts.Count == 0 ? 0 : 1;
        case ["audit", .. var heads]:
            var verified = await new AuditVerification(gateway, heads).RunAsync(stopping.Token);
            Console.WriteLine(AuditVerification.Format(verified));
            return verified.All(trail => trail.Flaws.Count == 0) ? 0 : 1;
        case ["rotate"]:
            await KeyRotation.RunAsync(gateway, stopping.Token);
            return 0;
        case ["token", var client]:
            Console.WriteLine(await gateway.TokenAsync(client, stopping.Token));
            return 0;
        case ["secret", var client]:
            Console.WriteLine(DevelopmentSecrets.Of(seed, client));
            return 0;
        default:
            Console.Error.WriteLine("Usage: Wuwei.Demonstration [scores | reconcile | audit | rotate | token CLIENT | secret CLIENT]");
            return 2;
    }
}
catch (GatewayException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 130;
}

async Task LoadAsync()
{
    var targets = await LoadPlan.RunAsync(gateway, stopping.Token);
    Progress.Say(targets == 0 ? "plan: targets were set before" : $"plan: {targets} targets set");
    if (!configuration.GetValue("Demonstration:Records", true))
    {
        return;
    }

    var records = new Records(configuration.GetValue("Demonstration:Share", 1.0));
    var load = new LoadRecords(gateway, records);
    if (await load.IsCompleteAsync(stopping.Token))
    {
        Progress.Say("records: loaded before");
        if (!await LoadWatch.IsCompleteAsync(gateway, stopping.Token)) // of a folder from before there was a watch
        {
            await LoadWatch.RunAsync(gateway, records.Enterprises, stopping.Token);
        }

        await new Settle(gateway).UntilStillAsync(stopping.Token);
        return;
    }

    Progress.Say($"records: {records.Departures.Count:N0} departures, {records.Trainings.Count:N0} trainings, {records.Loans.Count:N0} loans, {records.Totals.Count + records.Reports.Count:N0} totals and reports");
    await load.RunAsync(stopping.Token);
    await new Settle(gateway).UntilCompleteAsync(records, stopping.Token);
}

async Task PrintScoresAsync()
{
    Console.WriteLine();
    Console.WriteLine(await CurrentScores.FormatAsync(gateway, stopping.Token) ?? "尚无数据，无法计分。");
}
