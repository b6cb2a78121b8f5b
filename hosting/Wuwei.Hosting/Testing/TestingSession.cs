using System.Reflection;
using Aspire.Hosting;

namespace Wuwei.Hosting;

/// <summary>
/// Lets a test run an AppHost's real entry point: the entry point's builder and application are handed to the test,
/// which decides when to build, start and stop.
/// </summary>
internal sealed class TestingSession(Assembly entryAssembly, string[] args, Action<DistributedApplicationOptions> adjust)
{
    private static readonly AsyncLocal<TestingSession?> Ambient = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _build = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TestingSession? Current => Ambient.Value;

    public Assembly EntryAssembly => entryAssembly;

    public Task Ended => _ended.Task;

    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    /// <summary>Runs the entry point on a thread of its own: it may block.</summary>
    public void Start()
    {
        new Thread(() =>
        {
            Ambient.Value = this;
            try
            {
                var main = entryAssembly.EntryPoint
                    ?? throw new InvalidOperationException($"{entryAssembly.GetName().Name} has no entry point.");
                var result = main.Invoke(null, main.GetParameters().Length == 0 ? [] : [args]);
                (result as Task)?.GetAwaiter().GetResult();
                Fail(new InvalidOperationException("The entry point ended without building an application."));
            }
            catch (Exception error)
            {
                Fail((error as TargetInvocationException)?.InnerException ?? error);
            }
        })
        { IsBackground = true, Name = "AppHost" }.Start();
    }

    public void Adjust(DistributedApplicationOptions options)
    {
        options.Args = [.. options.Args ?? [], .. args];
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        adjust(options);
    }

    public void Offer(DistributedApplicationBuilder builder) => _builder.TrySetResult(builder);

    public void Offer(DistributedApplication application) => _application.TrySetResult(application);

    /// <summary>Holds the entry point until the test wants the application built.</summary>
    public void AwaitBuild() => _build.Task.GetAwaiter().GetResult();

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellation)
    {
        _build.TrySetResult();
        return _application.Task.WaitAsync(cancellation);
    }

    public void End() => _ended.TrySetResult();

    private void Fail(Exception error)
    {
        _builder.TrySetException(error);
        _application.TrySetException(error);
    }
}
