using System.Text.RegularExpressions;

namespace Wuwei.Faults.Campaign;

// I10: personal numbers stay where they belong.
internal sealed partial class Checker
{
    /// <summary>No made-up person's number is in a log or in what the broker keeps on its disk.</summary>
    private void CheckLogs()
    {
        var found = new List<string>();
        foreach (var folder in new[] { "logs", "rabbitmq" }.Select(folder => Path.Combine(cluster.DataPath, folder)).Where(Directory.Exists))
        {
            // The broker's folder may be a link; what it replaces or deletes meanwhile holds nothing any more.
            var at = new DirectoryInfo(folder).ResolveLinkTarget(true)?.FullName ?? folder;
            foreach (var file in Directory.EnumerateFiles(at, "*", SearchOption.AllDirectories))
            {
                try
                {
                    if (Contains(file, "622399"u8))
                    {
                        found.Add(file);
                    }
                }
                catch (IOException)
                {
                    // Gone.
                }
            }
        }

        Report("I10", [.. found.Select(file => $"a person's number is in {file}")]);
    }

    private static bool Contains(string file, ReadOnlySpan<byte> start)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (buffer, kept) = (new byte[1 << 20], 0);
        for (int read; (read = stream.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var text = buffer.AsSpan(0, kept + read);
            for (var at = 0; text[at..].IndexOf(start) is >= 0 and var found;)
            {
                at += found;
                if (at + 18 <= text.Length && PersonalNumber().IsMatch(System.Text.Encoding.Latin1.GetString(text.Slice(at, 18))))
                {
                    return true;
                }

                at += start.Length;
            }

            kept = Math.Min(17, text.Length);
            text[^kept..].CopyTo(buffer);
        }

        return false;
    }

    [GeneratedRegex("^622399(19|20)[0-9]{9}[0-9X]$")]
    private static partial Regex PersonalNumber();
}
