using System.Globalization;
using System.Text;

namespace Wuwei.Bench;

/// <summary>Tables in Markdown: printed, and kept in a file between the markers of each figure.</summary>
internal sealed class Report(string file)
{
    /// <summary>Writes what a figure found in place of what it found before.</summary>
    public void Write(string figure, string content)
    {
        Console.WriteLine(content);
        var (begin, end) = ($"<!-- figures:{figure} -->", $"<!-- /figures:{figure} -->");
        var block = $"{begin}\n{content.Trim()}\n{end}\n";
        var text = File.Exists(file) ? File.ReadAllText(file) : "# Figures\n\nWritten by `./wuwei bench`; what they mean is in [performance.md](../performance.md).\n";
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal), text.IndexOf(end, StringComparison.Ordinal));
        text = from >= 0 && to > from ? $"{text[..from]}{block}{text[(to + end.Length + 1)..]}" : $"{text.TrimEnd()}\n\n{block}";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public static string Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new StringBuilder();
        table.Append("| ").AppendJoin(" | ", heads).AppendLine(" |");
        table.Append('|').AppendJoin('|', heads.Select((_, i) => i == 0 ? "---" : "--:")).AppendLine("|");
        foreach (var row in rows)
        {
            table.Append("| ").AppendJoin(" | ", row).AppendLine(" |");
        }

        return table.ToString();
    }

    /// <summary>CPU of each process for one request or fact.</summary>
    public static string CpuTable(string unit, IEnumerable<KeyValuePair<string, Sample>> samples)
    {
        var all = samples.ToArray();
        string[] processes = [.. all.SelectMany(sample => sample.Value.Cpu.Keys).Distinct()];
        return Table(
            [$"CPU, µs a {unit}", .. processes, "together"],
            all.Select(sample => (IReadOnlyList<string>)
            [
                sample.Key,
                .. processes.Select(process => sample.Value.Cpu.TryGetValue(process, out var used) ? Number(used) : "–"),
                Number(sample.Value.Cpu.Values.Sum()),
            ]));
    }

    /// <summary>An aim and what became of it.</summary>
    public static string Aim(string text, double value, double aim, bool atLeast = true) => string.Create(CultureInfo.InvariantCulture,
        $"- {text}: **{Number(value)}** (aim {(atLeast ? "≥" : "≤")} {Number(aim)}): {((atLeast ? value >= aim : value <= aim) ? "reached" : "**missed**")}\n");

    /// <summary>Says so where a floor is lower than this machine is known for: the ratio above it means less then.</summary>
    public static string Floor(string name, double value, double known) => value >= 0.8 * known ? "" : string.Create(CultureInfo.InvariantCulture,
        $"- The floor “{name}” reached {Number(value)}, less than 0.8 of the {Number(known)} known of this machine: something else was running, and the ratio means less.\n");

    public static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString(value switch
    {
        >= 100 or 0 => "N0",
        >= 10 => "0.0",
        _ => "0.00",
    }, CultureInfo.InvariantCulture);
}
