using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.ServiceDefaults;

/// <summary>Requests that no handler gets to see.</summary>
internal static class Unreadable
{
    /// <summary>Addresses are kept by whoever passes them on: browsers, proxies, logs.</summary>
    private static readonly Refusal s_idNumber = new(
        "request.id_number", "网址中不能出现身份证号码。", StatusCodes.Status400BadRequest, Detail: "网址会被浏览器和日志保留；身份证号码只能放在请求正文的相应字段中。");

    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var query = Uri.UnescapeDataString(http.Request.QueryString.Value ?? "");
        if (IdNumbers.AreIn(http.Request.Path.Value) || IdNumbers.AreIn(query))
        {
            return s_idNumber.ToProblem().ExecuteAsync(http);
        }

        // NUL is no text, neither here nor for the database, which would refuse the statement.
        if (query.Contains('\0'))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        if (!IsPlainUtf8(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }

        return next(http);
    }

    // JSON is UTF-8 (RFC 8259), and nothing here unpacks a body. The framework would answer 500 to a charset it does not
    // know, and it does not know one in quotes: it is not shown any.
    private static bool IsPlainUtf8(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is not ([] or ["identity"]))
        {
            return false;
        }

        if (request.HasJsonContentType() && MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset is { Length: > 0 } charset)
        {
            type.Charset = default;
            request.ContentType = type.ToString();
            return HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        }

        return true;
    }
}
