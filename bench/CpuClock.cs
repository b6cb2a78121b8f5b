using System.Globalization;

namespace Wuwei.Bench;

/// <summary>CPU time of processes with all their descendants, those that have ended included.</summary>
/// <param name="processes">Root process of each name.</param>
internal sealed class CpuClock(IReadOnlyDictionary<string, int> processes)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux of today

    /// <summary>Seconds so far, by name.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        var all = ProcessStat.All();
        return processes.ToDictionary(process => process.Key, process =>
            ProcessStat.Tree(all, process.Value).Sum(stat => stat.Ticks) / TicksPerSecond);
    }

    public static IReadOnlyDictionary<string, double> Between(
        IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after) =>
        after.ToDictionary(process => process.Key, process => process.Value - before[process.Key]);
}

/// <summary>A line of <c>/proc/PID/stat</c>.</summary>
/// <param name="Ticks">Its own CPU time and that of the children it has waited for.</param>
internal sealed record ProcessStat(int Id, int Parent, long Ticks)
{
    public static IReadOnlyList<ProcessStat> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<ProcessStat>(),
    ];

    /// <summary>A process and what it has started, directly or not.</summary>
    /// <param name="without">Processes that are left out together with what they have started.</param>
    public static IEnumerable<ProcessStat> Tree(IReadOnlyList<ProcessStat> all, int root, IReadOnlySet<int>? without = null) => all
        .Where(stat => stat.Id == root)
        .Concat(all.Where(stat => stat.Parent == root && without?.Contains(stat.Id) is not true).SelectMany(child => Tree(all, child.Id, without)));

    private static ProcessStat? Read(int id)
    {
        try
        {
            // The name in brackets may hold blanks and brackets itself.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }
}
