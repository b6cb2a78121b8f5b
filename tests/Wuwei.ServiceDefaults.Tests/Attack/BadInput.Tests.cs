using System.Text.RegularExpressions;
using Wuwei.Testing.Attack;

namespace Wuwei.ServiceDefaults.Tests.Attack;

/// <summary>The list of bad input itself: no line of it is forgotten.</summary>
public sealed partial class BadInputTests
{
    [Fact]
    public void Given_the_list_When_counted_Then_every_line_has_cases_or_tests_or_a_reason_why_it_cannot_come()
    {
        Assert.Equal(Enumerable.Range(1, 120), BadInput.Lines.Select(line => line.Line));
        Assert.All(BadInput.Lines, line => Assert.True(
            (line.Cases is { Count: > 0 } || line.Tests is { Count: > 0 }) != line.Not is { Length: > 0 }, $"{line.Line} {line.What}"));
    }

    [Fact]
    public void Given_the_list_When_it_names_tests_and_services_Then_there_are_such()
    {
        var known = Sources().SelectMany(file => TestName().Matches(File.ReadAllText(file)).Select(match => match.Value)).ToHashSet();
        Assert.Empty(BadInput.Lines.SelectMany(line => line.Tests ?? []).Except(known));
        Assert.Empty(BadInput.Lines.SelectMany(line => TestName().Matches(line.Not ?? "").Select(match => match.Value)).Except(known));
        Assert.Empty(BadInput.Lines.SelectMany(line => line.Cases ?? []).SelectMany(one => one.Of ?? []).Except(BadInput.Services));
    }

    private static IEnumerable<string> Sources()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Wuwei.Platform.sln")))
        {
            folder = folder.Parent!;
        }

        return Directory.EnumerateFiles(Path.Combine(folder.FullName, "tests"), "*.cs", SearchOption.AllDirectories);
    }

    [GeneratedRegex("Given_[A-Za-z0-9_]+_When_[A-Za-z0-9_]+")]
    private static partial Regex TestName();
}
