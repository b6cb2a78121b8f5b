using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Wuwei.Platform.Tests;

/// <summary>Who may know whom: contracts know nothing of ours, a service knows the foundation and its own database.</summary>
public sealed class ArchitectureTests
{
    private static readonly string Root = FindRoot();
    private static readonly string[] Foundation = ["Wuwei.Contracts", "Wuwei.Outbox", "Wuwei.ServiceDefaults"];
    private static readonly string[] Services =
    [
        "Wuwei.Identity", "Wuwei.Indicator", "Wuwei.Training", "Wuwei.EntrepreneurshipLoan", "Wuwei.LabourTransfer", "Wuwei.Assessment",
    ];

    // A project that is not named here fails the test below: it has to be given its place first.
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Wuwei.Contracts"] = [],
        ["Wuwei.ServiceDefaults"] = [],
        ["Wuwei.Outbox"] = ["Wuwei.Contracts", "Wuwei.ServiceDefaults", "Wuwei.Tables"],
        ["Wuwei.Tables"] = [],
        ["Wuwei.Verifier"] = [],
        ["Wuwei.Hosting"] = [],
        ["Wuwei.Gateway"] = ["Wuwei.ServiceDefaults"],
        ["Wuwei.Demonstration"] = ["Wuwei.ServiceDefaults"],
        ["Wuwei.Migrations"] = Foundation,
        ["Wuwei.AppHost"] = ["Wuwei.Hosting"],
        ["Wuwei.Bench"] = [.. Foundation, "Wuwei.Tables", "Wuwei.Assessment", "Wuwei.Indicator", "Wuwei.Training"],
    };

    static ArchitectureTests()
    {
        foreach (var service in Services)
        {
            MayKnow[service] = Foundation;
        }

        // What it publishes is checked with the same code as it was made with.
        MayKnow["Wuwei.Assessment"] = [.. Foundation, "Wuwei.Verifier"];

        // Who takes in and gives out files.
        foreach (var service in new[] { "Wuwei.Training", "Wuwei.EntrepreneurshipLoan", "Wuwei.LabourTransfer", "Wuwei.Indicator" })
        {
            MayKnow[service] = [.. Foundation, "Wuwei.Tables"];
        }
    }

    public static TheoryData<string> Projects => [.. ProjectFiles().Keys.Where(name => !IsTest(name)).Order()];

    [Theory, MemberData(nameof(Projects))]
    public void Given_a_project_Then_it_references_only_what_it_may_know(string project)
    {
        var references = XDocument.Load(ProjectFiles()[project]).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        // The AppHost names the projects it runs by path; its build does not link them.
        Assert.True(project == "Wuwei.AppHost" || references.All(MayKnow[project].Contains), string.Join(", ", references));
    }

    [Theory, MemberData(nameof(Projects))]
    public void Given_a_built_assembly_Then_it_was_compiled_against_only_what_it_may_know(string project)
    {
        var assembly = Path.Combine(Root, "artifacts", "bin", project, Configuration, $"{project}.dll");
        Assert.True(File.Exists(assembly), $"{assembly} is not built.");
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        var ours = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("Wuwei.", StringComparison.Ordinal));
        Assert.Empty(ours.Except(MayKnow[project]));
    }

    [Theory, MemberData(nameof(Projects))]
    public void Given_a_project_Then_it_compiles_no_file_of_another(string project) =>
        Assert.DoesNotContain(
            XDocument.Load(ProjectFiles()[project]).Descendants("Compile"),
            compile => compile.Attribute("Include")?.Value.Contains("..", StringComparison.Ordinal) == true);

    [Fact]
    public void Given_a_test_project_Then_it_is_named_for_a_project_or_for_the_whole() =>
        Assert.All(ProjectFiles().Keys.Where(name => name.EndsWith(".Tests", StringComparison.Ordinal)), test => Assert.True(
            test is "Wuwei.Platform.Tests" || ProjectFiles().ContainsKey(test.Replace(".Tests", "")), test));

    [Fact]
    public void Given_the_solution_Then_every_project_is_in_it()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "Wuwei.Platform.sln"));
        Assert.All(ProjectFiles().Keys, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Given_a_package_Then_the_audit_has_it_with_its_version()
    {
        var audit = File.ReadAllText(Path.Combine(Root, "docs", "security.md"));
        var packages = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => $"| {package.Attribute("Include")!.Value} | {package.Attribute("Version")!.Value.Trim('[', ']')} |");
        Assert.All(packages, package => Assert.Contains(package, audit, StringComparison.Ordinal));
    }

    [Fact]
    public void Given_a_decision_Then_it_is_numbered_as_its_file_and_listed_by_its_title()
    {
        var folder = Path.Combine(Root, "docs", "adr");
        var decisions = Directory.GetFiles(folder, "*-*.md").Order().Select(file => (Name: Path.GetFileName(file), Title: File.ReadLines(file).First()[2..])).ToArray();
        Assert.All(decisions, decision => Assert.StartsWith($"{int.Parse(decision.Name[..4], CultureInfo.InvariantCulture)}. ", decision.Title, StringComparison.Ordinal));
        Assert.Equal(
            decisions.Select(decision => $"- [{decision.Title}]({decision.Name})"),
            File.ReadLines(Path.Combine(folder, "README.md")).Where(line => line.StartsWith('-')));
    }

    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(typeof(ArchitectureTests).Assembly.Location))!;

    private static bool IsTest(string project) => ProjectFiles()[project].StartsWith(Path.Combine(Root, "tests"), StringComparison.Ordinal);

    private static Dictionary<string, string> ProjectFiles() => Directory
        .EnumerateFiles(Root, "*.csproj", new EnumerationOptions { RecurseSubdirectories = true })
        .Where(file => !Path.GetRelativePath(Root, file).StartsWith("artifacts", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!);

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
