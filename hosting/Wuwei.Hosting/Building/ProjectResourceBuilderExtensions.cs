using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Wuwei.Hosting;

namespace Aspire.Hosting;

/// <summary>A project of the solution; generated as <c>Projects.{Name}</c> from the AppHost's references.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>Absolute path of the project file.</summary>
    string ProjectPath { get; }

    bool SuppressBuild => false;
}

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name) where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, launchProfileName: null);

    /// <param name="launchProfileName">Profile of launchSettings.json; null for the first one that runs the project.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
    {
        var metadata = new TProject();
        var profile = LaunchProfile.Find(metadata.ProjectPath, launchProfileName);
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata);
        foreach (var url in profile?.ApplicationUrls ?? [])
        {
            var taken = project.Resource.Annotations.OfType<EndpointAnnotation>().Count(e => e.UriScheme == url.Scheme);
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, url.Scheme, port: url.Port,
                name: taken == 0 ? url.Scheme : $"{url.Scheme}{taken + 1}"));
        }

        return project.WithAnnotation(new RunAnnotation(
            new ProjectLauncher(metadata, profile, builder.Environment, builder.Configuration).PlanAsync));
    }

    /// <summary>Runs several processes of the project, each on its own port.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
}
