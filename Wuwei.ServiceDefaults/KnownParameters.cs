using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;

namespace Wuwei.ServiceDefaults;

/// <summary>
/// A query has only parameters that the API documents, each once: a filter that is misspelt would otherwise answer with
/// everything, and of two values one would be dropped.
/// </summary>
/// <param name="next">Is not reached by any other query.</param>
/// <param name="documents">Absent where there is no document, as at the gateway: nothing is checked then.</param>
internal sealed class KnownParameters(RequestDelegate next, IApiDescriptionGroupCollectionProvider? documents = null)
{
    private static readonly Refusal s_unknown = new(
        "request.unknown_parameter", "没有这个查询参数，请核对接口说明。", StatusCodes.Status400BadRequest);

    private static readonly Refusal s_repeated = new("request.repeated_parameter", "同一查询参数只能出现一次。", StatusCodes.Status400BadRequest);

    private FrozenDictionary<(string Path, string Method), FrozenSet<string>>? _known;

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Query.Count > 0 && documents is not null && http.GetEndpoint() is RouteEndpoint endpoint
            && (_known ??= Read(documents)).TryGetValue((endpoint.RoutePattern.RawText?.TrimStart('/') ?? "", http.Request.Method), out var names))
        {
            foreach (var (name, values) in http.Request.Query)
            {
                if ((names.Contains(name) ? values.Count > 1 ? s_repeated : null : s_unknown) is { } refusal)
                {
                    return (refusal with { Pointer = $"/{name}" }).ToProblem().ExecuteAsync(http);
                }
            }
        }

        return next(http);
    }

    private static FrozenDictionary<(string, string), FrozenSet<string>> Read(IApiDescriptionGroupCollectionProvider documents) =>
        documents.ApiDescriptionGroups.Items.SelectMany(group => group.Items).ToFrozenDictionary(
            api => (api.RelativePath ?? "", api.HttpMethod ?? ""),
            api => api.ParameterDescriptions.Where(parameter => parameter.Source == BindingSource.Query).Select(parameter => parameter.Name)
                .ToFrozenSet(StringComparer.OrdinalIgnoreCase));
}
