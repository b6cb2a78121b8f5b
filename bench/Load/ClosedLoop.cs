using System.Diagnostics;

namespace Wuwei.Bench.Load;

/// <summary>Clients that each send the next request when the last one is answered.</summary>
internal static class ClosedLoop
{
    /// <summary>Loads an address and measures after a warm-up.</summary>
    /// <param name="request">The bytes of a client's next request.</param>
    /// <param name="expected">Any other status is no figure but an error.</param>
    public static async Task<Sample> RunAsync(
        Uri address, int clients, TimeSpan warmUp, TimeSpan time, Func<ReadOnlyMemory<byte>> request, int expected, CpuClock cpu)
    {
        using var stop = new CancellationTokenSource(warmUp + time + TimeSpan.FromSeconds(30));
        var measure = new StrongFlag();
        var loops = Enumerable.Range(0, clients).Select(_ => Task.Run(() => LoopAsync(address, request, expected, measure, stop.Token))).ToArray();
        await Task.WhenAny(Task.Delay(warmUp), Task.WhenAny(loops));
        var before = cpu.Read();
        var started = Stopwatch.GetTimestamp();
        measure.State = 1;
        await Task.WhenAny(Task.Delay(time), Task.WhenAny(loops));
        measure.State = 2;
        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = cpu.Read();
        var latencies = (await Task.WhenAll(loops)).SelectMany(list => list).ToArray();
        return Sample.Of(latencies, elapsed, CpuClock.Between(before, after));
    }

    private static async Task<List<double>> LoopAsync(
        Uri address, Func<ReadOnlyMemory<byte>> request, int expected, StrongFlag measure, CancellationToken stop)
    {
        using var connection = await HttpConnection.OpenAsync(address, stop);
        var latencies = new List<double>();
        while (measure.State < 2)
        {
            var bytes = request();
            var counted = measure.State == 1;
            var started = Stopwatch.GetTimestamp();
            var status = await connection.SendAsync(bytes, stop);
            if (status != expected)
            {
                throw new InvalidOperationException($"{address} answered {status}, not {expected}: {connection.LastAnswer}");
            }

            if (counted && measure.State == 1)
            {
                latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return latencies;
    }

    /// <summary>0: warming up, 1: measuring, 2: over.</summary>
    private sealed class StrongFlag
    {
        private volatile int _state;

        public int State { get => _state; set => _state = value; }
    }
}
