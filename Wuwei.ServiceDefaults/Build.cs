using System.Reflection;

namespace Wuwei.ServiceDefaults;

/// <summary>What <c>/status</c> answers: which build runs, since when.</summary>
/// <param name="Service">Name of the program.</param>
/// <param name="Version">Its version, and the commit it was built from.</param>
/// <param name="Started">When this process began to run.</param>
public sealed record Build(string Service, string Version, DateTimeOffset Started)
{
    internal static Build Current { get; } = Of(Assembly.GetEntryAssembly()!);

    private static Build Of(Assembly program) => new(
        program.GetName().Name!,
        program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        System.Diagnostics.Process.GetCurrentProcess().StartTime);
}
