using System.Net.Http.Headers;
using System.Text.Json;
using Wuwei.Testing;

namespace Wuwei.Assessment.Tests.Scores;

/// <summary>Every test begins with a loaded plan.</summary>
public abstract class ScoreTests(AssessmentService service) : IAsyncLifetime
{
    protected AssessmentService Service { get; } = service;

    /// <summary>A client of the assessment office.</summary>
    protected HttpClient Office { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Office = Service.ClientFor(TestCaller.AssessmentOffice);
        await Service.ForgetAsync();
        await Service.LoadPlanAsync();
    }

    public Task DisposeAsync()
    {
        Office.Dispose();
        return Task.CompletedTask;
    }

    protected static Uri Relative(string path) => new(path, UriKind.Relative);

    protected async Task<HttpResponseMessage> GetAsync(string path, EntityTagHeaderValue? held = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative(path));
        if (held is not null)
        {
            request.Headers.IfNoneMatch.Add(held);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await Office.SendAsync(request);
    }

    protected static async Task AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            Assert.Equal((status, code), ((int)response.StatusCode, JsonDocument.Parse(body).RootElement.GetProperty("code").GetString()));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }
}
