using System.Runtime.Versioning;

// Signals, mounts, /proc: the platform's own host runs on nothing else either.
[assembly: SupportedOSPlatform("linux")]

// A cluster needs the whole machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
