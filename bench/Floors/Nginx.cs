using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Wuwei.Bench.Floors;

/// <summary>nginx before the same service: passes on and keeps connections open, checks nothing.</summary>
internal sealed class Nginx : IDisposable
{
    private const string Program = "/usr/sbin/nginx";

    private readonly Process _process;

    private Nginx(Process process, Uri address) => (_process, Address) = (process, address);

    public static bool IsInstalled => File.Exists(Program);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts it with a configuration and a folder of its own.</summary>
    public static async Task<Nginx> StartAsync(string folder, Uri upstream)
    {
        var port = FreePort();
        Directory.CreateDirectory(folder);
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture,
            $$"""
            daemon off;
            worker_processes 2;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                keepalive_requests 100000000;
                upstream service { server {{upstream.Host}}:{{upstream.Port}}; keepalive 128; keepalive_requests 100000000; }
                server {
                    listen 127.0.0.1:{{port}};
                    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }
                }
            }
            """));
        var process = Process.Start(new ProcessStartInfo(Program, ["-p", folder, "-c", configuration, "-e", Path.Combine(folder, "error.log")]))!;
        var address = new Uri($"http://127.0.0.1:{port}");
        for (var attempt = 0; attempt < 100 && !await AnswersAsync(port); attempt++)
        {
            await Task.Delay(50);
        }

        return new(process, address);
    }

    public void Dispose()
    {
        // Its workers end with it only when it is asked, not when it is killed.
        using var ask = Process.Start("kill", ["-QUIT", $"{_process.Id}"]);
        ask.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
