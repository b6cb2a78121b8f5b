using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.ServiceDefaults;

/// <summary>Turns what went wrong into problem+json with a stable code and a Chinese sentence; never a stack trace.</summary>
internal static class Problems
{
    public static int StatusOf(Exception error) => error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        InvalidDataException => StatusCodes.Status400BadRequest,
        DbException { SqlState: "23503" or "23505" or "23P01" } => StatusCodes.Status409Conflict,
        DbException { IsTransient: true } => StatusCodes.Status503ServiceUnavailable,
        DbException { SqlState: null or "57P01" or "57P02" or "57P03" } => StatusCodes.Status503ServiceUnavailable,
        DbException { SqlState: ['5', '3', ..] or ['2', '8', ..] } => StatusCodes.Status503ServiceUnavailable, // no room; a login that was changed
        TimeoutException => StatusCodes.Status503ServiceUnavailable,
        OperationCanceledException => 499,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Whether it says that a request could not be read.</summary>
    public static bool IsUnreadable(Exception error) => error is BadHttpRequestException or InvalidDataException;

    public static void Customize(ProblemDetailsOptions options) => options.CustomizeProblemDetails = context =>
    {
        var problem = context.ProblemDetails;
        if (problem is HttpValidationProblemDetails validation)
        {
            // DataAnnotations name C# members; clients know JSON pointers.
            var errors = validation.Errors.SelectMany(field => field.Value.Select(message =>
                new FieldError(Pointer(field.Key), "request.invalid_member", message))).ToArray();
            context.ProblemDetails = problem = new ProblemDetails { Status = problem.Status };
            Name(problem, "request.invalid", "请求内容不符合要求。");
            problem.Extensions["errors"] = errors;
        }

        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        if (!problem.Extensions.ContainsKey("code"))
        {
            var (code, title) = Known(status);
            Name(problem, code, title);
        }

        if (context.Exception is BadHttpRequestException { InnerException: JsonException json })
        {
            var pointer = Pointer(json.Path?.TrimStart('$') ?? "");
            if (json is IdNumberInTextException)
            {
                Name(problem, "request.id_number", "此处不能出现身份证号码。");
                problem.Extensions["errors"] = new[] { new FieldError(pointer, "request.id_number", problem.Title!) };
            }
            else
            {
                problem.Detail = $"JSON 无法读取{(pointer.Length > 0 ? $"，位置 {pointer}" : "")}{Where(json)}。";
                problem.Extensions["errors"] = new[] { new FieldError(pointer, "request.malformed", problem.Detail) };
            }
        }

        if (status is >= 502 and <= 504)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
        }

        problem.Instance = null;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString() ?? context.HttpContext.TraceIdentifier;
    };

    private static void Name(ProblemDetails problem, string code, string title)
    {
        (problem.Type, problem.Title) = ($"urn:problem:{code}", title);
        problem.Extensions["code"] = code;
    }

    private static (string Code, string Title) Known(int status) => status switch
    {
        400 => ("request.malformed", "请求格式不正确。"),
        401 => ("auth.token_required", "缺少有效的访问令牌。"),
        403 => ("auth.forbidden", "没有执行此操作的权限。"),
        404 => ("route.not_found", "没有这个地址或记录。"),
        405 => ("route.method_not_allowed", "此地址不支持该方法。"),
        408 => ("request.timeout", "请求没有在规定时间内传完，请检查网络；文件较大时请拆分后重新上传。"),
        409 => ("request.conflict", "与已有数据冲突。"),
        413 => ("request.too_large", "请求内容过大。"),
        415 => ("request.unsupported_media_type", "不支持的内容类型，请使用 application/json。"),
        429 => ("request.too_many", "请求过于频繁，请稍后再试。"),
        502 => ("server.bad_gateway", "后端服务没有应答，请稍后重试。"),
        503 => ("server.unavailable", "服务暂时不可用，请稍后重试。"),
        504 => ("server.timeout", "后端服务应答超时，请稍后重试。"),
        < 500 => ("request.refused", "请求无法处理。"),
        _ => ("server.error", "服务内部错误，已记录；请凭 traceId 联系运维人员。"),
    };

    // Counted from 1, as editors do; the reader counts bytes.
    private static string Where(JsonException json) =>
        json is { LineNumber: { } line, BytePositionInLine: { } at } ? $"，第 {line + 1} 行第 {at + 1} 字节" : "";

    // "Items[3].NationalId" and ".items[3].nationalId" both become "/items/3/nationalId".
    private static string Pointer(string path) => string.Concat(path
        .Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries)
        .Select(part => "/" + JsonNamingPolicy.CamelCase.ConvertName(part)));
}
