using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wuwei.Hosting;

/// <summary>What a resource needs to know to become a process.</summary>
internal sealed record RunContext(
    IResource Resource, int Replica, string InstanceId, int Level, DataFolder Folder, Ports Ports,
    DistributedApplicationExecutionContext Execution, CancellationToken Cancellation)
{
    public string LogFile => Folder.File("logs", $"{InstanceId}.log");

    /// <summary>The resource's environment: the given start, then its callbacks in order, values asked for at last.</summary>
    /// <exception cref="DistributedApplicationException">A value is missing.</exception>
    public async Task<Dictionary<string, string>> EnvironmentAsync(Dictionary<string, object> start)
    {
        var context = new EnvironmentCallbackContext(Execution, start, Cancellation) { Resource = Resource };
        foreach (var annotation in Resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        var resolved = new Dictionary<string, string>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await TextAsync(value).ConfigureAwait(false) is { } text)
            {
                resolved[name] = text;
            }
        }

        return resolved;
    }

    public async Task<List<string>> ArgumentsAsync()
    {
        var context = new CommandLineArgsCallbackContext([], Cancellation);
        foreach (var annotation in Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        var resolved = new List<string>();
        foreach (var value in context.Args)
        {
            resolved.Add(await TextAsync(value).ConfigureAwait(false) ?? "");
        }

        return resolved;
    }

    private async ValueTask<string?> TextAsync(object value) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(Cancellation).ConfigureAwait(false),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } =>
            await provider.GetValueAsync(Cancellation).ConfigureAwait(false),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>A process to run, and one that must run before it.</summary>
internal sealed record Plan(Launch Main, Launch? Companion = null);

/// <summary>Turns a resource into processes of this host; asked before every start.</summary>
internal sealed class RunAnnotation(Func<RunContext, Task<Plan>> plan) : IResourceAnnotation
{
    public Func<RunContext, Task<Plan>> Plan { get; } = plan;
}

/// <summary>Done when a resource is healthy for the first time; those who wait for it wait for this too.</summary>
internal sealed class ReadyAnnotation(Func<CancellationToken, Task> handler) : IResourceAnnotation
{
    public Func<CancellationToken, Task> Handler { get; } = handler;
}
