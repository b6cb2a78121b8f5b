using System.Runtime.CompilerServices;

namespace Wuwei.Assessment.Tests;

/// <summary>The API is on file: a change shows as a difference. <c>ACCEPT_OPENAPI=1</c> accepts it.</summary>
public sealed class OpenApiTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_the_running_service_When_asked_for_its_api_Then_it_is_the_one_on_file()
    {
        var file = Path.GetFullPath("../../services/assessment/openapi.json", Path.GetDirectoryName(Here())!);
        using var client = service.ClientFor(null);
        var served = await client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative));
        if (Environment.GetEnvironmentVariable("ACCEPT_OPENAPI") is not null)
        {
            await File.WriteAllTextAsync(file, served);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), served);
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
