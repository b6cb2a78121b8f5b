using System.Globalization;

namespace Wuwei.Demonstration;

/// <summary>One line for each step, with the time of day in Wuwei: what `./wuwei run` shows while it waits.</summary>
public static class Progress
{
    public static void Say(string text) => Console.WriteLine(
        $"{DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8)).ToString("HH:mm:ss", CultureInfo.InvariantCulture)}  {text}");
}
