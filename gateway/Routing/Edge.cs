using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults;

namespace Wuwei.Gateway.Routing;

/// <summary>What happens to every request and answer at the border, whatever its address.</summary>
internal static class Edge
{
    // Our pages load nothing from anywhere else, and nobody frames them. Scalar's page has its script inline.
    private const string
        PagePolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'",
        DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    extension(WebApplication app)
    {
        public void UseEdge()
        {
            var files = app.Services.GetRequiredService<IOptions<FileLimits>>().Value;
            app.Use((http, next) => PassAsync(http, next, files.Bytes + 1024 * 1024L)); // a form is larger than its file
        }
    }

    private static Task PassAsync(HttpContext http, RequestDelegate next, long importBytes)
    {
        http.Response.OnStarting(() => AddHeaders(http));

        // A length beside chunks is how one request is hidden in another. The server reads the chunks and keeps the length under this name.
        if (http.Request.Headers.TransferEncoding.Count > 0 && http.Request.Headers.ContainsKey("X-Content-Length"))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        RemoveClaims(http.Request.Headers);

        if (Uploads.IsOne(http.Request) && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = importBytes;
        }

        // Said in advance, it need not be sent: the length alone is too much.
        if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }

        return next(http);
    }

    // Who a caller is stands in its token, where it came from is for us to say: X-Forwarded-*, X-User, X-Region and
    // their kind are not passed on. YARP adds its own X-Forwarded-*.
    private static void RemoveClaims(IHeaderDictionary headers)
    {
        foreach (var name in headers.Keys.Where(name => name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            headers.Remove(name);
        }
    }

    private static Task AddHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = http.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true ? PagePolicy : DataPolicy;
        return Task.CompletedTask;
    }
}
