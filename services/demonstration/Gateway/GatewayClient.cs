using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wuwei.ServiceDefaults;

namespace Wuwei.Demonstration.Gateway;

/// <summary>Talks to the platform as any department's system would: through the gateway, with a token.</summary>
/// <param name="http">Its base address is the gateway's.</param>
/// <param name="secretOf">The secret of a client id.</param>
public sealed class GatewayClient(HttpClient http, Func<string, string> secretOf)
{
    /// <summary>As the services write it; members that only they know are passed over.</summary>
    public static readonly JsonSerializerOptions Lenient =
        new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    // A service that restarts or a limit that is reached is waited for; longer than this is a fault.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<string, Lazy<Task<(string Token, DateTimeOffset Until)>>> _tokens = new();

    /// <summary>Reads a document; null when there is none (404).</summary>
    /// <exception cref="GatewayException">Any other refusal.</exception>
    public async Task<T?> FindAsync<T>(string client, string path, CancellationToken cancellation) where T : class
    {
        using var answer = await SendAsync(client, HttpMethod.Get, path, null, cancellation);
        return answer.StatusCode is HttpStatusCode.NotFound ? null : await ReadAsync<T>(answer, cancellation);
    }

    /// <summary>Puts or posts a document and reads the answer.</summary>
    /// <exception cref="GatewayException">It was refused.</exception>
    public async Task<T> SendAsync<T>(string client, HttpMethod method, string path, object body, CancellationToken cancellation)
    {
        using var answer = await SendAsync(client, method, path, body, cancellation);
        return await ReadAsync<T>(answer, cancellation);
    }

    /// <summary>A token of the client, new or still good for a while.</summary>
    /// <exception cref="GatewayException">The platform does not know the client.</exception>
    public async Task<string> TokenAsync(string client, CancellationToken cancellation)
    {
        while (true)
        {
            var asked = _tokens.GetOrAdd(client, id => new(() => AskForTokenAsync(id, cancellation)));
            try
            {
                var (token, until) = await asked.Value;
                if (until > DateTimeOffset.UtcNow)
                {
                    return token;
                }
            }
            finally
            {
                // Neither a failure nor a token that has run out is kept.
                if (!asked.Value.IsCompletedSuccessfully || (await asked.Value).Until <= DateTimeOffset.UtcNow)
                {
                    _tokens.TryRemove(KeyValuePair.Create(client, asked));
                }
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        string client, HttpMethod method, string path, object? body, CancellationToken cancellation) =>
        await PersistAsync(async () =>
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: Json.Options) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(client, cancellation));
            return await http.SendAsync(request, cancellation);
        }, cancellation);

    private async Task<(string Token, DateTimeOffset Until)> AskForTokenAsync(string client, CancellationToken cancellation)
    {
        using var answer = await PersistAsync(async () =>
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = client,
                ["client_secret"] = secretOf(client),
            });
            return await http.PostAsync("/connect/token", form, cancellation);
        }, cancellation);
        var grant = await ReadAsync<Grant>(answer, cancellation);
        return (grant.AccessToken, DateTimeOffset.UtcNow.AddSeconds(grant.ExpiresIn - 30));
    }

    // Everything sent here may be sent again: a PUT, a batch of records with ids, a request for a token.
    private static async Task<HttpResponseMessage> PersistAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        var giveUp = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            TimeSpan pause;
            try
            {
                var answer = await send();
                if (DateTimeOffset.UtcNow > giveUp || answer.StatusCode is not (HttpStatusCode.TooManyRequests
                    or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
                {
                    return answer;
                }

                pause = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                answer.Dispose();
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException { InnerException: TimeoutException }
                && DateTimeOffset.UtcNow < giveUp)
            {
                pause = TimeSpan.FromSeconds(1);
            }

            await Task.Delay(pause, cancellation);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw await GatewayException.OfAsync(answer, cancellation);
        }

        return await answer.Content.ReadFromJsonAsync<T>(Lenient, cancellation)
            ?? throw new GatewayException($"{answer.RequestMessage?.RequestUri?.AbsolutePath}: an empty answer.");
    }

    private sealed record Grant(
        [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

/// <summary>The platform said no, or something that cannot be understood.</summary>
public sealed class GatewayException(string message) : Exception(message)
{
    internal static async Task<GatewayException> OfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return new($"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.AbsolutePath}: {(int)answer.StatusCode} {text[..Math.Min(text.Length, 1000)]}");
    }
}
