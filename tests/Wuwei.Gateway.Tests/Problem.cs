using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Wuwei.Gateway;

internal static class Problem
{
    /// <summary>The answer is a problem with this status and code, and a Chinese title.</summary>
    public static async Task<JsonElement> AssertAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(((int)status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.Contains(problem.GetProperty("title").GetString()!, letter => letter is >= '\u4e00' and <= '\u9fff');
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString());
        return problem;
    }
}
