using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

public enum EndpointProperty
{
    Url = 0,
    Host = 1,
    IPV4Host = 2,
    Port = 3,
    Scheme = 4,
    TargetPort = 5,
    HostAndPort = 6,
    TlsEnabled = 7,
}

/// <summary>A port a resource listens on. A fixed <see cref="Port"/> is kept; otherwise a free one is chosen.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null,
        int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? "tcp";
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : "tcp");
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    public ProtocolType Protocol { get; set; }

    public string UriScheme { get; set; }

    public string Transport { get; set; }

    public string Name { get; set; }

    public int? Port { get; set; }

    public int? TargetPort { get; set; }

    public bool IsExternal { get; set; }

    /// <summary>Accepted for Aspire's sake. There is no proxy here: a process listens on its public port itself.</summary>
    public bool IsProxied { get; set; }

    public string TargetHost { get; set; } = "localhost";

    /// <summary>Variable that receives the port; such an endpoint is left out of ASPNETCORE_URLS.</summary>
    internal string? EnvironmentVariable { get; set; }

    /// <summary>The port of each replica, in their order; empty until the host has chosen them.</summary>
    internal IReadOnlyList<int> AllocatedPorts { get; set; } = [];

    internal string Url(int replica) =>
        string.Create(CultureInfo.InvariantCulture, $"{UriScheme}://{PublicHost}:{AllocatedPorts[replica]}");

    /// <summary>The name callers use; an address such as 0.0.0.0 is for listening only.</summary>
    internal string PublicHost => TargetHost is "0.0.0.0" or "*" or "+" or "::" or "[::]" ? "localhost" : TargetHost;
}

/// <summary>A reference to another resource's endpoint; as a value it is the endpoint's URL.</summary>
public sealed class EndpointReference : IExpressionValue
{
    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        Resource = owner;
        EndpointName = endpointName;
    }

    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint) : this(owner, endpoint.Name)
    {
    }

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    /// <exception cref="InvalidOperationException">The resource has no endpoint of this name.</exception>
    public EndpointAnnotation EndpointAnnotation => Find() ?? throw new InvalidOperationException(
        $"The resource '{Resource.Name}' has no endpoint named '{EndpointName}'.");

    public bool Exists => Find() is not null;

    public bool IsAllocated => Find() is { AllocatedPorts.Count: > 0 };

    public string Host => EndpointAnnotation.PublicHost;

    public string Scheme => EndpointAnnotation.UriScheme;

    public int? TargetPort => EndpointAnnotation.AllocatedPorts is [var first, ..] ? first : EndpointAnnotation.TargetPort;

    /// <exception cref="InvalidOperationException">The application has not been started.</exception>
    public int Port => Allocated().AllocatedPorts[ReplicaScope.IndexOf(Resource)];

    /// <exception cref="InvalidOperationException">The application has not been started.</exception>
    public string Url => Allocated().Url(ReplicaScope.IndexOf(Resource));

    public string ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .SingleOrDefault(e => e.Name.Equals(EndpointName, StringComparison.OrdinalIgnoreCase));

    private EndpointAnnotation Allocated() => IsAllocated ? EndpointAnnotation : throw new InvalidOperationException(
        $"The endpoint '{EndpointName}' of '{Resource.Name}' is not allocated: the application has not been started.");
}

/// <summary>One property of an endpoint as a value.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IExpressionValue
{
    public EndpointReference Endpoint { get; } = endpointReference;

    public EndpointProperty Property { get; } = property;

    public string ValueExpression =>
        $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{char.ToLowerInvariant(Property.ToString()[0])}{Property.ToString()[1..]}}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Property switch
    {
        EndpointProperty.Url => Endpoint.Url,
        EndpointProperty.Host => Endpoint.Host,
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port or EndpointProperty.TargetPort => Endpoint.Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => Endpoint.Scheme,
        EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{Endpoint.Host}:{Endpoint.Port}"),
        EndpointProperty.TlsEnabled => Endpoint.Scheme == "https" ? bool.TrueString : bool.FalseString,
        _ => throw new InvalidOperationException($"Unknown endpoint property {Property}."),
    });
}

/// <summary>
/// Which replica of a resource is meant while its own environment or health is evaluated; everyone else sees the first.
/// </summary>
internal static class ReplicaScope
{
    private static readonly AsyncLocal<(IResource Resource, int Index)?> Current = new();

    public static int IndexOf(IResource resource) =>
        Current.Value is { } scope && ReferenceEquals(scope.Resource, resource) ? scope.Index : 0;

    public static void Enter(IResource resource, int index) => Current.Value = (resource, index);
}
