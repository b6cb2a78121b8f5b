using System.Diagnostics;

namespace Wuwei.Faults.Campaign;

internal static class Until
{
    /// <summary>Waits until something holds, and says how long that took.</summary>
    /// <param name="pause">Milliseconds between two looks.</param>
    /// <exception cref="TimeoutException">It does not.</exception>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> holds, string what, int seconds = 60, int pause = 50)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(seconds))
            {
                throw new TimeoutException($"After {seconds} s still not: {what}");
            }

            await Task.Delay(pause);
        }

        return clock.Elapsed;
    }
}
