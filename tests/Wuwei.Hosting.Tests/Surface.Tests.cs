using System.Runtime.CompilerServices;

namespace Wuwei.Hosting.Tests;

/// <summary>What AppHost.cs may call is written down, and is what Aspire has.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Given_the_host_When_its_surface_is_read_Then_it_is_the_one_written_down()
    {
        var file = Path.GetFullPath(Path.Combine(Here(), "..", "..", "hosting", "Wuwei.Hosting", "Surface.txt"));
        var actual = string.Join('\n', Surface.Of(typeof(Aspire.Hosting.DistributedApplication).Assembly)) + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_SURFACE") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file), actual);
    }

    [Fact]
    public void Given_Aspires_signatures_When_the_surface_is_read_Then_every_one_is_there()
    {
        var surface = Surface.Of(typeof(Aspire.Hosting.DistributedApplication).Assembly).ToHashSet();
        var wanted = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "aspire-signatures.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').ToList();

        Assert.True(wanted.Count > 80);
        Assert.Equal([], wanted.Except(surface));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
