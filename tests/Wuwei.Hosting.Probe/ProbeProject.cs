using Aspire.Hosting;

namespace Wuwei.Hosting.Probe;

/// <summary>This program as a project of an application.</summary>
public sealed class ProbeProject : IProjectMetadata, IBuiltProject
{
    public string ProjectPath => Path.ChangeExtension(TargetPath, ".csproj");

    public string TargetPath => typeof(ProbeProject).Assembly.Location;
}
