using Wuwei.Migrations;
using Wuwei.Migrations.Broker;
using Wuwei.Migrations.Databases;

// Runs before the services, with the administrators' logins, makes everything they need with their own, and ends.
// Running it again changes nothing.
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddSimpleConsole(o => o.SingleLine = true);
using var host = builder.Build();
var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Migrations");
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => { pressed.Cancel = true; interrupted.Cancel(); };
try
{
    var settings = Settings.From(builder.Configuration);
    await Task.WhenAll(
        PrepareDatabases.RunAsync(settings, log, interrupted.Token),
        PrepareBroker.RunAsync(settings, log, interrupted.Token));
    return 0;
}
catch (Exception error)
{
    log.Failed(error.Message);
    log.FailedAt(error);
    return 1;
}
