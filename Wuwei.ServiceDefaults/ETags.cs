using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Wuwei.ServiceDefaults;

/// <summary>Strong entity tags: 304 on what is pulled, 412 on what was changed meanwhile.</summary>
public static class ETags
{
    /// <summary>The caller changed a version that is no longer the current one.</summary>
    public static readonly Refusal Stale = new(
        "request.stale", "记录已被他人更新，请刷新后再试。", StatusCodes.Status412PreconditionFailed);

    /// <summary>A change must say which version it changes.</summary>
    public static readonly Refusal Required = new(
        "request.if_match_required", "修改已有记录须带 If-Match。", StatusCodes.Status428PreconditionRequired);

    /// <summary>The tag of a record at a revision.</summary>
    public static string Of(long revision) => $"\"{revision}\"";

    /// <summary>The tag of a document.</summary>
    public static string Of(ReadOnlySpan<byte> document) => $"\"{Convert.ToHexStringLower(SHA256.HashData(document)[..16])}\"";

    extension(HttpContext http)
    {
        /// <summary>Sets the answer's tag; true when the caller has that version already and 304 is due.</summary>
        public bool IsNotModified(string etag)
        {
            http.Response.Headers.ETag = etag;
            return EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch.ToArray()!, out var held)
                && held.Any(tag => tag.Tag == "*" || tag.Tag == etag);
        }

        /// <summary>Whether If-Match lets the current revision be changed; null when it does.</summary>
        /// <param name="current">The record's revision; null when there is none yet.</param>
        public Refusal? CheckIfMatch(long? current)
        {
            if (!EntityTagHeaderValue.TryParseList(http.Request.Headers.IfMatch.ToArray()!, out var named) || named.Count == 0)
            {
                return current is null ? null : Required;
            }

            return current is { } revision && named.Any(tag => tag.Tag == "*" || tag.Tag == Of(revision)) ? null : Stale;
        }
    }
}
