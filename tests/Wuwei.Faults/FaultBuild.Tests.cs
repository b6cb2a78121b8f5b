using System.Text;

namespace Wuwei.Faults;

/// <summary>What can make a process die must not be in what runs anywhere else.</summary>
public sealed class FaultBuildTests
{
    [Theory]
    [InlineData("Wuwei.Outbox")]
    [InlineData("Wuwei.Indicator")]
    public void Given_an_ordinary_build_Then_it_holds_no_fault_code_and_this_one_does(string project)
    {
        var file = Path.Combine(project, Path.GetFileName(Path.GetDirectoryName(typeof(FaultBuildTests).Assembly.Location))!, $"{project}.dll");
        var root = FindRoot();
        Assert.True(HoldsFaults(Path.Combine(root, "artifacts", "faults", "bin", file)));
        Assert.False(HoldsFaults(Path.Combine(root, "artifacts", "bin", file)));
    }

    // Names of members and of points, as the metadata (UTF-8) and the strings of the code (UTF-16) have them.
    private static bool HoldsFaults(string assembly)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(assembly);
        return bytes.IndexOf(Encoding.Unicode.GetBytes("WUWEI_FAULTS")) >= 0
            || bytes.IndexOf(Encoding.Unicode.GetBytes("pre-commit")) >= 0
            || bytes.IndexOf("get_HighestRevisionIgnored"u8) >= 0;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Wuwei.Platform.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside their repository.");
        }

        return folder.FullName;
    }
}
