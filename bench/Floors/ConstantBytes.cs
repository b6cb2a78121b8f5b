using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wuwei.Bench.Floors;

/// <summary>Kestrel and nothing else, in a process of its own: the same bytes to everyone, or 304 to whom says it has them.</summary>
internal sealed class ConstantBytes : IDisposable
{
    public const string Command = "constant-bytes";
    private const string Etag = "\"constant\"";

    private readonly Process _process;

    private ConstantBytes(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public static ReadOnlyMemory<byte> Full => Load.Trainings.Request("GET", "/", null);

    public static ReadOnlyMemory<byte> NotModified => Load.Trainings.Request("GET", "/", null, headers: $"If-None-Match: {Etag}\r\n");

    public static async Task<ConstantBytes> StartAsync(byte[] body, string file)
    {
        await File.WriteAllBytesAsync(file, body);
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(ConstantBytes).Assembly.Location, Command, file])
        {
            RedirectStandardOutput = true,
        })!;
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The constant server has not started.");
        return new(process, new Uri(address));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>What the process of its own does.</summary>
    public static async Task ServeAsync(string file)
    {
        var body = await File.ReadAllBytesAsync(file);
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", (HttpContext http) =>
        {
            http.Response.Headers.ETag = Etag;
            return http.Request.Headers.IfNoneMatch == Etag
                ? Results.StatusCode(StatusCodes.Status304NotModified)
                : Results.Bytes(body, "application/json");
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await app.WaitForShutdownAsync();
    }
}
