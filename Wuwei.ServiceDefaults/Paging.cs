using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Wuwei.ServiceDefaults;

/// <summary>Which page of a list: <c>?limit=&amp;after=</c>. Order is stable; there is no offset.</summary>
public sealed record PageQuery
{
    /// <summary>A cursor that this list did not give out.</summary>
    public static readonly Refusal BadCursor = new(
        "request.bad_cursor", "翻页游标 after 无效，请使用上一页给出的 next。", StatusCodes.Status400BadRequest);

    /// <summary>A filter from a day to an earlier one.</summary>
    public static readonly Refusal BadRange = new(
        "request.bad_range", "起始日期不能晚于截止日期。", StatusCodes.Status400BadRequest);

    /// <summary>Most rows, 1 to 200; 50 when absent.</summary>
    [FromQuery(Name = "limit"), Range(1, 200, ErrorMessage = "limit 须在 1 到 200 之间。")] public int? Limit { get; init; }

    /// <summary>The cursor of the page before.</summary>
    [FromQuery(Name = "after"), TextLength(500)] public string? After { get; init; }

    /// <summary>Rows to read: one more than shown tells whether there is a next page.</summary>
    public int Fetch => (Limit ?? 50) + 1;

    /// <summary>Reads the key that the page starts after; false when the cursor is not one of ours.</summary>
    public bool TryKey<TKey>(out TKey? key) where TKey : class
    {
        key = null;
        if (After is null)
        {
            return true;
        }

        try
        {
            key = JsonSerializer.Deserialize<TKey>(WebEncoders.Base64UrlDecode(After), Json.Options);
            return key is not null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return false;
        }
    }

    /// <summary>Cuts the fetched rows to the page, and sets the <c>Link</c> header to the next one.</summary>
    public Page<T> Page<T, TKey>(IReadOnlyList<T> fetched, Func<T, TKey> key, HttpContext http)
    {
        var items = fetched.Take(Fetch - 1).ToArray();
        var next = fetched.Count < Fetch ? null : WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(key(items[^1]), Json.Options));
        if (next is not null)
        {
            var query = new QueryBuilder(http.Request.Query.Where(p => p.Key != "after").SelectMany(
                p => p.Value, (p, value) => KeyValuePair.Create(p.Key, value ?? "")))
            {
                { "after", next },
            };
            http.Response.Headers.Link = $"<{query}>; rel=\"next\"";
        }

        return new(items, next);
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
