using Aspire.Hosting.ApplicationModel;

namespace Wuwei.Hosting;

/// <summary>The resource keeps its data between runs.</summary>
/// <param name="Name">Accepted for Aspire's sake; here the data folder keeps systems apart.</param>
internal sealed record DataVolumeAnnotation(string? Name) : IResourceAnnotation;

internal static class ServerData
{
    /// <exception cref="NotSupportedException">A private server cannot run on a read-only volume.</exception>
    public static void RefuseReadOnly(bool isReadOnly)
    {
        if (isReadOnly)
        {
            throw new NotSupportedException("A data volume of this host is writable.");
        }
    }

    /// <summary>As with a container without a volume, data not asked to stay is gone at the next run of the host.</summary>
    public static void ForgetWithoutVolume(RunContext context, string folder)
    {
        var keep = context.Resource.Annotations.OfType<DataVolumeAnnotation>().Any()
            || context.Resource.Annotations.OfType<BegunAnnotation>().Any();
        if (!keep && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        context.Resource.Annotations.Add(new BegunAnnotation());
    }

    /// <summary>The server has been started in this run: a restart after a crash keeps its data.</summary>
    private sealed class BegunAnnotation : IResourceAnnotation;
}
