using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wuwei.Hosting.Probe;

/// <summary>A small service that tells its environment and dies when asked.</summary>
internal static class ProbeService
{
    public static async Task RunAsync(string[] args)
    {
        var healthyFrom = DateTime.UtcNow + (args is ["slow", var seconds, ..]
            ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
            : TimeSpan.Zero);
        var app = WebApplication.CreateBuilder().Build();
        app.MapGet("/health", () => Results.StatusCode(DateTime.UtcNow < healthyFrom ? 503 : 200));
        app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value));
        app.MapGet("/process", () => Environment.ProcessId);
        app.MapGet("/wait/{seconds:double}", async (double seconds) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            return "done";
        });
        app.MapPost("/crash", void () => Environment.Exit(7));
        if (args is ["deaf", ..])
        {
            await app.StartAsync();
            using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
            await Task.Delay(Timeout.Infinite);
        }

        await app.RunAsync();
    }
}
