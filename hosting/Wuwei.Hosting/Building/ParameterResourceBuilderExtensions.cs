using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Parameters: setting <c>Parameters:{name}</c>, then the same with <c>_</c> for <c>-</c>, then the default.</summary>
public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => Configured(builder.Configuration, name)
            ?? throw new MissingParameterValueException(
                $"Parameter '{name}' has no value: set Parameters:{name} in the configuration."), secret));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false,
        bool secret = false) => builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter,
        bool publishValueAsDefault = false, bool secret = false)
    {
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException("A secret cannot be published as a default.", nameof(secret));
        }

        return builder.AddResource(new ParameterResource(name, _ => Configured(builder.Configuration, name) ?? valueGetter(), secret));
    }

    /// <param name="persist">
    /// Keep a generated value in the data folder (a file only its owner can read), so that the next run has it again.
    /// </param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false,
        bool persist = false)
    {
        var parameter = new ParameterResource(name, standard => Configured(builder.Configuration, name) ?? (persist
            ? ((DistributedApplicationBuilder)builder).Folder.Remember("parameters.json", name, standard!.GetDefaultValue)
            : standard!.GetDefaultValue()), secret)
        {
            Default = value,
        };
        return builder.AddResource(parameter);
    }

    /// <summary>A server's password when none is given: generated, kept, free of what would break a connection string.</summary>
    internal static ParameterResource CreatePassword(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true)
            .Resource;

    private static string? Configured(ConfigurationManager configuration, string name) =>
        configuration[$"Parameters:{name}"] ?? configuration[$"Parameters:{name.Replace('-', '_')}"];
}
