using System.Runtime.CompilerServices;

namespace Wuwei.Register.Tests;

public sealed class OpenApiTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task Given_the_running_service_When_asked_for_its_api_Then_it_is_the_one_on_file()
    {
        var file = Path.GetFullPath($"../../services/{Folder}/openapi.json", Path.GetDirectoryName(Here())!);
        using var client = service.ClientFor(null);
        var served = await client.GetStringAsync(new Uri("/openapi.json", UriKind.Relative));
        if (Environment.GetEnvironmentVariable("ACCEPT_OPENAPI") is not null)
        {
            await File.WriteAllTextAsync(file, served);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), served);
    }

    private string Folder => service.Name == "loans" ? "entrepreneurship-loan" : service.Name;

    private static string Here([CallerFilePath] string here = "") => here;
}
