namespace Wuwei.Faults.Campaign;

// I12: processes stay small.
internal sealed partial class Checker
{
    /// <summary>Bytes of the largest process that any check has seen.</summary>
    public long MostMemory { get; private set; }

    /// <summary>Open files of the process that had most.</summary>
    public int MostFiles { get; private set; }

    private void CheckProcesses()
    {
        var large = new List<string>();
        foreach (var instance in Cluster.Services.Append("gateway").Append("identity").SelectMany(cluster.InstancesOf))
        {
            if (cluster.ProcessOf(instance) is not { } process)
            {
                large.Add($"{instance} does not run");
                continue;
            }

            using var running = System.Diagnostics.Process.GetProcessById(process);
            var (memory, files) = (running.WorkingSet64, Directory.GetFiles($"/proc/{process}/fd").Length);
            (MostMemory, MostFiles) = (Math.Max(MostMemory, memory), Math.Max(MostFiles, files));
            if (memory > 768L << 20 || files > 1000)
            {
                large.Add($"{instance} has {memory >> 20} MiB and {files} open files");
            }
        }

        Report("I12", large);
    }
}
