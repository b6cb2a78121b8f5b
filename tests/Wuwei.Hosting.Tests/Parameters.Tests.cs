using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CsCheck;

namespace Wuwei.Hosting.Tests;

public sealed class ParametersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wuwei-parameters-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Given_a_persisted_parameter_When_the_host_runs_again_Then_the_value_is_the_same_and_only_the_owner_reads_it()
    {
        var first = await Value("a-secret", persist: true);
        var second = await Value("a-secret", persist: true);
        var other = await Value("another-secret", persist: true);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "parameters.json")));
    }

    [Fact]
    public async Task Given_a_parameter_that_is_not_kept_When_the_host_runs_again_Then_the_value_is_another() =>
        Assert.NotEqual(await Value("a-secret", persist: false), await Value("a-secret", persist: false));

    [Theory]
    [InlineData("--Parameters:a-secret=given", "given")]
    [InlineData("--Parameters:a_secret=given", "given")]
    public async Task Given_a_configured_value_When_asked_Then_it_wins_over_the_default(string setting, string expected) =>
        Assert.Equal(expected, await Value("a-secret", persist: true, setting));

    [Fact]
    public async Task Given_no_value_and_no_default_When_the_application_starts_Then_the_parameter_and_its_users_say_so()
    {
        var builder = Applications.Create();
        var parameter = builder.AddParameter("missing", secret: true);
        builder.AddService("service").WithEnvironment("SECRET", parameter);
        await using var app = builder.Build();
        await app.StartAsync();

        await app.StateAsync("missing", KnownResourceStates.ValueMissing);
        var service = await app.StateAsync("service", KnownResourceStates.FailedToStart);

        Assert.Contains("Parameters:missing", service.Snapshot.Get<string>(SnapshotProperties.Problem), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_any_rules_When_a_value_is_generated_Then_it_follows_them() =>
        Gen.Select(Gen.Int[0, 60], Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 5]).Sample((length, special, digits, upper) =>
        {
            var value = new GenerateParameterDefault { MinLength = length, Special = special, MinNumeric = digits, MinUpper = upper }.GetDefaultValue();
            return value.Length == Math.Max(length, digits + upper) && value.Count(char.IsAsciiDigit) >= digits
                && value.Count(char.IsAsciiLetterUpper) >= upper && (special || value.All(char.IsAsciiLetterOrDigit));
        });

    private async Task<string?> Value(string name, bool persist, params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder([$"--Hosting:DataPath={_folder}", .. args]);
        var parameter = builder.AddParameter(name, new GenerateParameterDefault { MinLength = 30 }, secret: true, persist);
        return await parameter.Resource.GetValueAsync(default);
    }
}
