using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Wuwei.Register.Tests;

/// <summary>An answer, read.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Body, string? ETag)
{
    public string? Code => (string?)Body?["code"];
}

/// <summary>Requests as a department's system makes them.</summary>
public static class Http
{
    public static async Task<Answer> PutAsync(HttpClient client, string path, JsonNode? body, string? ifMatch = null) =>
        await SendAsync(client, HttpMethod.Put, path, JsonContent.Create(body), ifMatch);

    public static async Task<Answer> PostAsync(HttpClient client, string path, JsonNode? body, string? ifMatch = null) =>
        await SendAsync(client, HttpMethod.Post, path, JsonContent.Create(body), ifMatch);

    public static async Task<Answer> GetAsync(HttpClient client, string path) => await SendAsync(client, HttpMethod.Get, path, null, null);

    public static Task<Answer> PutTextAsync(HttpClient client, string path, string text) => SendTextAsync(client, HttpMethod.Put, path, text);

    public static Task<Answer> PostTextAsync(HttpClient client, string path, string text) => SendTextAsync(client, HttpMethod.Post, path, text);

    /// <summary>Sends a body that need not be JSON, or none.</summary>
    public static async Task<Answer> SendTextAsync(HttpClient client, HttpMethod method, string path, string? text)
    {
        using var content = text is null ? null : new StringContent(text, Encoding.UTF8, "application/json");
        return await SendAsync(client, method, path, content, null);
    }

    private static async Task<Answer> SendAsync(HttpClient client, HttpMethod method, string path, HttpContent? content, string? ifMatch)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.ETag?.Tag);
    }
}
