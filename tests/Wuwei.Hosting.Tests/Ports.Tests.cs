using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;

namespace Wuwei.Hosting.Tests;

public sealed class PortsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    public async Task Given_a_port_that_another_program_has_When_a_resource_wants_it_Then_the_start_says_so(string address)
    {
        using var other = new TcpListener(IPAddress.Parse(address), 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var builder = Applications.Create();
        builder.AddProject<Probe.ProbeProject>("gateway").WithHttpEndpoint(port);
        await using var app = builder.Build();

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync());

        Assert.Contains($"Port {port} of gateway/http is in use", refusal.Message, StringComparison.Ordinal);
    }
}
