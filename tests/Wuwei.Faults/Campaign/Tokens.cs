using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Wuwei.Faults.Campaign;

/// <summary>Tokens as departments' systems get them: asked for anew a minute before they run out, and used on while identity is away.</summary>
internal sealed class Tokens(HttpClient http, Func<string, string> secretOf)
{
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Renew, DateTimeOffset End)> _tokens = new();

    public async Task<string> OfAsync(string client)
    {
        while (true)
        {
            var now = DateTimeOffset.UtcNow;
            var known = _tokens.TryGetValue(client, out var held) && held.End > now;
            if (known && held.Renew > now)
            {
                return held.Token;
            }

            try
            {
                return await AskAsync(client);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                if (known)
                {
                    _tokens[client] = held with { Renew = now.AddSeconds(5) };
                    return held.Token;
                }

                await Task.Delay(200);
            }
        }
    }

    /// <summary>A new token from identity itself.</summary>
    public async Task<string> AskAsync(string client)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = secretOf(client),
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), form, limit.Token);
        answer.EnsureSuccessStatusCode();
        var grant = (await answer.Content.ReadFromJsonAsync<JsonObject>(limit.Token))!;
        var (token, length) = (grant["access_token"]!.GetValue<string>(), grant["expires_in"]!.GetValue<int>());
        var now = DateTimeOffset.UtcNow;
        _tokens[client] = (token, now.AddSeconds(length - 60), now.AddSeconds(length - 5));
        return token;
    }
}
