using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Wuwei.Hosting;

/// <summary>What the AppHost's build knows of a project beyond Aspire's metadata.</summary>
public interface IBuiltProject
{
    /// <summary>Absolute path of the built assembly.</summary>
    string TargetPath { get; }
}

/// <summary>Runs a project's built assembly with the environment Aspire would give it in run mode.</summary>
internal sealed class ProjectLauncher(
    IProjectMetadata metadata, LaunchProfile? profile, IHostEnvironment environment, IConfiguration configuration)
{
    // What the host was told is not for its children: its own addresses, secrets and settings.
    private static readonly string[] Private =
        ["Parameters", "ConnectionStrings", "Hosting__", "ASPNETCORE_", "DOTNET_URLS", "DOTNET_LAUNCH_PROFILE", "HTTP_PORTS", "HTTPS_PORTS", "OTEL_", "WUWEI_"];

    /// <summary>
    /// Longer than a service gives itself (30 s, the .NET host's own limit) to answer what it has begun and to settle the
    /// messages it has taken: only what hangs is killed. Aspire kills after six seconds, which is for a developer's
    /// machine; here a restart on a loaded server must cost nobody an answer.
    /// </summary>
    private const int StopSeconds = 35;

    private readonly string _instance = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 8);

    public async Task<Plan> PlanAsync(RunContext context)
    {
        var assembly = metadata is IBuiltProject { TargetPath: var path } && File.Exists(path)
            ? path
            : throw new DistributedApplicationException($"'{context.Resource.Name}' is not built: {metadata.ProjectPath}.");
        var variables = Inherited();
        foreach (var (name, value) in await context.EnvironmentAsync(Defaults(context)).ConfigureAwait(false))
        {
            variables[name] = value;
        }

        return new(new Launch
        {
            Name = context.InstanceId,
            Command = [DotNet(), assembly, .. await context.ArgumentsAsync().ConfigureAwait(false)],
            WorkingDirectory = Path.GetDirectoryName(metadata.ProjectPath)!,
            Environment = variables,
            LogFile = context.LogFile,
            StopPatience = TimeSpan.FromSeconds(configuration.GetValue("Hosting:StopSeconds", StopSeconds)),
            Level = context.Level,
        });
    }

    private Dictionary<string, object> Defaults(RunContext context)
    {
        var variables = new Dictionary<string, object>
        {
            ["OTEL_SERVICE_NAME"] = context.Resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={_instance}{(context.Replica == 0 ? "" : context.Replica)}",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
            ["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true",
            ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
            // As systemd has it; beyond Aspire, which leaves what a process keeps to volumes.
            ["STATE_DIRECTORY"] = context.Folder.File("state", context.Resource.Name),
        };
        AddTelemetry(variables);
        AddUrls(context, variables);
        if (profile is not null)
        {
            variables["DOTNET_LAUNCH_PROFILE"] = profile.Name;
            foreach (var (name, value) in profile.EnvironmentVariables)
            {
                variables.TryAdd(name, value);
            }
        }

        variables.TryAdd("ASPNETCORE_ENVIRONMENT", environment.EnvironmentName);
        variables.TryAdd("DOTNET_ENVIRONMENT", environment.EnvironmentName);
        return variables;
    }

    private void AddTelemetry(Dictionary<string, object> variables)
    {
        if ((configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) is { Length: > 0 } endpoint)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc";
            if (configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key)
            {
                variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
            }
        }

        if (environment.IsDevelopment())
        {
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }
    }

    // Unlike Aspire there is no proxy: the port the process listens on is the public one.
    private static void AddUrls(RunContext context, Dictionary<string, object> variables)
    {
        var urls = context.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(e => e.UriScheme is "http" or "https" && e.EnvironmentVariable is null).ToList();
        if (urls.Count > 0)
        {
            variables["ASPNETCORE_URLS"] = string.Join(';', urls.Select(e => string.Create(
                CultureInfo.InvariantCulture, $"{e.UriScheme}://{e.TargetHost}:{e.AllocatedPorts[context.Replica]}")));
        }

        if (urls.FirstOrDefault(e => e.UriScheme == "https") is { } https)
        {
            variables["ASPNETCORE_HTTPS_PORT"] = https.AllocatedPorts[context.Replica].ToString(CultureInfo.InvariantCulture);
        }
    }

    private static Dictionary<string, string> Inherited() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(v => !Private.Any(p => ((string)v.Key).StartsWith(p, StringComparison.OrdinalIgnoreCase)))
        .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");

    /// <summary>The muxer of the runtime this host runs on, whatever PATH says.</summary>
    private static string DotNet() =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
