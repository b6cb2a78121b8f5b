using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Wuwei.Gateway.Routing;

/// <summary>
/// An answer to a write is passed on when all of it has come. If the service dies while it answers, the caller is told so
/// (502, try again) instead of being cut off. Answers to reads may be long: they are passed on as they come.
/// </summary>
internal static class WholeAnswers
{
    private const int InMemory = 64 * 1024; // what is longer waits in a file

    public static async Task HoldAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            await next(http);
            return;
        }

        var body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var whole = new FileBufferingWriteStream(InMemory);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(whole, body));
        try
        {
            await next(http);
        }
        finally
        {
            http.Features.Set(body);
        }

        // Nothing has been sent of an answer that broke off, and YARP has put 502 in its place.
        if (http.GetForwarderErrorFeature() is null)
        {
            await whole.DrainBufferAsync(http.Response.Body, http.RequestAborted);
        }
    }
}
