using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Wuwei.Hosting;

/// <summary>
/// Free ports, the same as last time on this data folder when they still are free. They lie below the range the
/// kernel takes for outgoing connections, and a lock file keeps two hosts that start together apart.
/// </summary>
internal sealed class Ports : IDisposable
{
    private const int First = 20_000;
    private const int Last = 32_000;
    private readonly DataFolder _folder;
    private readonly Dictionary<string, int> _known;
    private readonly HashSet<int> _taken = [];
    private readonly List<FileStream> _locks = [];
    private readonly string _lockFolder;

    public Ports(DataFolder folder)
    {
        _folder = folder;
        _known = File.Exists(folder.File("ports.json"))
            ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(folder.File("ports.json")))!
            : [];
        _lockFolder = Path.Combine(Path.GetTempPath(), $"wuwei-ports-{Environment.UserName}");
        Directory.CreateDirectory(_lockFolder);
    }

    /// <summary>Takes the fixed port, or the one of last time, or a free one.</summary>
    /// <exception cref="DistributedApplicationException">The fixed port is in use, or none is free.</exception>
    public int Take(string key, int? wanted)
    {
        if (wanted is { } fixedPort)
        {
            return TryTake(fixedPort) ? fixedPort : throw new DistributedApplicationException(
                $"Port {fixedPort} of {key} is in use by another program, or not this user's to take.");
        }

        if (_known.TryGetValue(key, out var last) && TryTake(last))
        {
            return last;
        }

        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (!_known.ContainsValue(port) && TryTake(port))
            {
                _known[key] = port;
                _folder.WriteText("ports.json", JsonSerializer.Serialize(_known));
                return port;
            }
        }

        throw new DistributedApplicationException($"No free port between {First} and {Last} for {key}.");
    }

    /// <summary>Gives every endpoint of every replica its port.</summary>
    /// <exception cref="DistributedApplicationException">Several replicas are to share one fixed port.</exception>
    public void Allocate(IEnumerable<IResource> resources, IConfiguration configuration)
    {
        var randomize = configuration.GetValue<bool>("DcpPublisher:RandomizePorts");
        foreach (var resource in resources.OfType<IResourceWithEndpoints>())
        {
            var replicas = Replicas(resource);
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                // A server's target port is the one inside Aspire's container; nothing here listens on it.
                var wanted = randomize ? null : resource is ContainerResource ? endpoint.Port : endpoint.Port ?? endpoint.TargetPort;
                if (replicas > 1 && wanted is not null)
                {
                    throw new DistributedApplicationException(
                        $"'{resource.Name}' has {replicas} replicas and the fixed port {wanted}: there is no proxy to share it.");
                }

                endpoint.AllocatedPorts = [.. Enumerable.Range(0, replicas).Select(replica => Take(
                    replica == 0 ? $"{resource.Name}/{endpoint.Name}" : $"{resource.Name}/{endpoint.Name}/{replica}", wanted))];
                if (endpoint.IsExternal && configuration["Hosting:ExternalAddress"] is { Length: > 0 } address)
                {
                    endpoint.TargetHost = address;
                }
            }
        }
    }

    public static int Replicas(IResource resource) =>
        resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;

    public void Dispose()
    {
        foreach (var held in _locks)
        {
            held.Dispose();
        }

        _locks.Clear();
    }

    private bool TryTake(int port)
    {
        if (_taken.Contains(port) || !IsFree(port))
        {
            return false;
        }

        try
        {
            _locks.Add(new(Path.Combine(_lockFolder, port.ToString(CultureInfo.InvariantCulture)),
                FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return _taken.Add(port);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Kestrel listens on both addresses of localhost, and does not start when either is taken.
    private static bool IsFree(int port) => IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port);

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied);
        }
    }
}
