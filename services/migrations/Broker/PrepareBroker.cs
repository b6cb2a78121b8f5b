using System.Net.Http.Headers;
using System.Text;
using Wuwei.Outbox.Broker;

namespace Wuwei.Migrations.Broker;

/// <summary>Declares every exchange and queue before anybody publishes, and makes the services' users.</summary>
internal static class PrepareBroker
{
    public static async Task RunAsync(Settings settings, ILogger log, CancellationToken cancellation)
    {
        try
        {
            await BrokerTopology.DeclareAsync(settings.Broker.AbsoluteUri, cancellation);
            var users = Service.All.Where(service => service.HasMessages).ToList();
            using var http = Client(settings);
            var virtualHost = settings.Broker.AbsolutePath.TrimStart('/') is { Length: > 0 } name ? name : "%2F";
            await Task.WhenAll(users.Select(async user =>
            {
                await PutAsync(http, $"api/users/{user.Login}", new { password = settings.Passwords[user], tags = "" }, cancellation);
                await PutAsync(http, $"api/permissions/{virtualHost}/{user.Login}", Rights.Of(user), cancellation);
            }));
            log.BrokerReady(users.Count);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"The broker could not be prepared: {error.Message}", error);
        }
    }

    private static HttpClient Client(Settings settings) => new()
    {
        BaseAddress = new(new UriBuilder(settings.Management) { UserName = "", Password = "" }.Uri.AbsoluteUri.TrimEnd('/') + "/"),
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(settings.Broker.UserInfo)))),
        },
    };

    private static async Task PutAsync<T>(HttpClient http, string path, T body, CancellationToken cancellation)
    {
        using var content = JsonContent.Create(body);
        await content.LoadIntoBufferAsync(cancellation); // RabbitMQ 3.10 wants a length, not chunks
        using var answer = await http.PutAsync(new Uri(path, UriKind.Relative), content, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"PUT {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}
