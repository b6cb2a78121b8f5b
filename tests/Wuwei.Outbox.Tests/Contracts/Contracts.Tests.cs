using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Wuwei.Contracts;
using Wuwei.Contracts.Facts;

namespace Wuwei.Outbox.Tests.Contracts;

/// <summary>What services tell one another is promised: a change shows as a difference in a committed file.</summary>
public sealed partial class ContractsTests
{
    private static readonly Assembly s_contracts = typeof(FactsRecorded).Assembly;

    [Fact]
    public void Given_the_contracts_When_their_shape_is_written_down_Then_it_is_the_committed_one()
    {
        var path = Path.Combine(Root(), "Wuwei.Contracts", "contracts.txt");
        var shape = Shape();
        if (Environment.GetEnvironmentVariable("ACCEPT_CONTRACTS") == "1")
        {
            File.WriteAllText(path, shape);
        }

        Assert.True(File.Exists(path), "No shape is committed; run with ACCEPT_CONTRACTS=1.");
        Assert.Equal(File.ReadAllText(path), shape);
    }

    [Fact]
    public void Given_docs_messages_When_compared_with_the_assembly_Then_both_say_the_same()
    {
        var document = File.ReadAllText(Path.Combine(Root(), "docs", "messages.md"));
        var said = RowPattern().Matches(document)
            .Select(row => (Message: row.Groups["message"].Value, By: Names(row.Groups["by"].Value), Queues: Names(row.Groups["queues"].Value)))
            .ToList();
        Assert.Equal(
            Publication.All.Select(p => p.Message.Name).Distinct().Order(),
            said.Select(row => row.Message).Order());
        Assert.All(said, row =>
        {
            Assert.Equal(Publication.All.Where(p => p.Message.Name == row.Message).Select(p => p.Service).Order(), row.By);
            Assert.Equal(Subscription.All.Where(s => s.Message.Name == row.Message).Select(s => s.Queue).Order(), row.Queues);
        });
    }

    [Fact]
    public void Given_what_is_published_and_heard_Then_every_message_has_a_queue_and_every_queue_a_speaker()
    {
        Assert.Equal(
            Publication.All.Select(p => p.Message).Distinct().OrderBy(t => t.Name),
            Subscription.All.Select(s => s.Message).Distinct().OrderBy(t => t.Name));
        Assert.All(Subscription.All, s => Assert.StartsWith($"{s.Service}.", s.Queue, StringComparison.Ordinal));
        Assert.Equal(Subscription.All.Count, Subscription.All.Select(s => s.Queue).Distinct().Count());
    }

    [Fact]
    public void Given_the_contracts_When_their_references_are_read_Then_they_know_nobody() =>
        Assert.All(s_contracts.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    /// <summary>Public types with members as JSON sees them, one a line, sorted.</summary>
    private static string Shape()
    {
        var nullability = new NullabilityInfoContext();
        var lines = s_contracts.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(type => new[] { "", type.FullName! }
            .Concat(type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.GetMethod?.IsDefined(typeof(CompilerGeneratedAttribute)) == true)
                .Select(p => $"  {p.Name}: {NameOf(p.PropertyType)}{(nullability.Create(p).ReadState == NullabilityState.Nullable && Nullable.GetUnderlyingType(p.PropertyType) is null ? "?" : "")}"))
            .Concat(type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => $"  {f.Name} = {Value(f)}")));
        return string.Join('\n', lines.Skip(1)) + "\n";
    }

    private static string Value(FieldInfo field) => field.GetValue(null) switch
    {
        Subscription s => $"{s.Queue} ({s.Message.Name}, read by {s.Service})",
        IEnumerable<Subscription> all => string.Join(", ", all.Select(s => s.Queue)),
        IEnumerable<Publication> all => string.Join(", ", all.Select(p => $"{p.Service}: {p.Message.Name}")),
        var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    private static string NameOf(Type type) =>
        Nullable.GetUnderlyingType(type) is { } plain ? $"{plain.Name}?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    private static IEnumerable<string> Names(string cell) => NamePattern().Matches(cell).Select(m => m.Groups[1].Value).Order();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex(@"^\| `(?<message>\w+)` \| (?<by>[^|]+) \| (?<when>[^|]+) \| (?<queues>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex NamePattern();
}
