using System.Runtime.CompilerServices;

namespace Wuwei.Indicator.Tests;

public sealed class OpenApiTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_the_running_service_When_asked_for_its_api_Then_it_is_the_one_on_file()
    {
        var file = FilePath("../../services/indicator/openapi.json");
        var served = await service.ClientFor(null).GetStringAsync(new Uri("openapi.json", UriKind.Relative)) + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(file, served);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), served);
    }

    private static string FilePath(string relative, [CallerFilePath] string here = "") =>
        Path.GetFullPath(relative, Path.GetDirectoryName(here)!);
}
