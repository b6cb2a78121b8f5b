using Aspire.Hosting.ApplicationModel;

namespace Wuwei.Hosting;

/// <summary>How high each resource stands on the others; what stands highest is stopped first.</summary>
internal static class Levels
{
    /// <summary>
    /// Servers stand on the ground (1; their helpers on 0), everything else one above the highest it waits for or
    /// refers to. Two that refer to each other rise to the top together.
    /// </summary>
    public static Dictionary<IResource, int> Of(IResourceCollection resources)
    {
        var levels = resources.ToDictionary(r => r, r => r is ContainerResource or IResourceWithParent ? 1 : 2);
        // Each round lifts by at least one what must rise, so after as many rounds as resources all stand, or turn in a circle.
        for (var round = 0; round < resources.Count; round++)
        {
            foreach (var resource in resources.Where(r => levels[r] > 1))
            {
                var highest = Needed(resource).Where(n => !ReferenceEquals(n, resource))
                    .Select(n => levels.GetValueOrDefault(n)).DefaultIfEmpty().Max();
                levels[resource] = Math.Min(Math.Max(levels[resource], highest + 1), resources.Count + 1);
            }
        }

        return levels;
    }

    private static IEnumerable<IResource> Needed(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource)
            .Concat(resource.Annotations.OfType<ReferenceAnnotation>().Select(r => r.Resource));
}
