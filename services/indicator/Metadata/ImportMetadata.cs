using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Targets;
using Wuwei.Indicator.Validation;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Metadata;

/// <summary>Takes in what was exported: each item by the rules of one, in a transaction of its own.</summary>
public static class ImportMetadata
{
    private const int MaxItems = 500;

    public static readonly Refusal Count = Refusal.Invalid("metadata.count", $"一次 1 到 {MaxItems} 项。", "");
    public static readonly Refusal Twice = Refusal.Invalid("metadata.item_twice", "同一代码出现两次。", "");

    public static void Map(IEndpointRouteBuilder metadata) => metadata
        .MapPost("", HandleAsync)
        .WithName(nameof(ImportMetadata))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Sets indicators over others, validation rules and predictors; what is as it is here already stays, what differs gets a further
    /// version. Good ones are kept when others are refused; the same again changes nothing.
    /// </summary>
    internal static async Task<Results<Ok<MetadataImported>, ProblemHttpResult>> HandleAsync(
        MetadataDocument document, Caller caller, IndicatorCatalogue catalogue, Database db, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        string?[] codes =
        [
            .. document.Indicators.Select(item => item is null ? null : $"indicators {item.Code}"), .. document.Rules.Select(item => item is null ? null : $"rules {item.Code}"),
            .. document.Predictors.Select(item => item is null ? null : $"predictors {item.Code}"),
        ];
        if ((codes.Length is 0 or > MaxItems || codes.Contains(null) ? Count : codes.Distinct().Count() < codes.Length ? Twice : null) is { } invalid)
        {
            return invalid.ToProblem();
        }

        var here = await ExportMetadata.ReadAsync(db, cancellation);
        List<ImportedItem> items =
        [
            .. await SetAsync("indicators", Forms(document.Indicators), Forms(here.Indicators), (code, form) => DefineIndicator.SetAsync(code, form, AnyVersion, caller, catalogue, db, cancellation)),
            .. await SetAsync("rules", Forms(document.Rules), Forms(here.Rules), (code, form) => SetValidationRule.SetAsync(code, form, AnyVersion, caller, catalogue, db, cancellation)),
            .. await SetAsync("predictors", Forms(document.Predictors), Forms(here.Predictors), (code, form) => SetPredictor.SetAsync(code, form, AnyVersion, caller, catalogue, db, cancellation)),
        ];
        var refused = items.Count(item => item.Status == "refused");
        return TypedResults.Ok(new MetadataImported(items.Count - refused, refused, items));
    }

    private static Refusal? AnyVersion(long? current) => null;

    private static Dictionary<string, IndicatorDefinition> Forms(IReadOnlyList<IndicatorItem> items) => items.ToDictionary(item => item.Code, item => item.Form);

    private static Dictionary<string, ValidationRuleForm> Forms(IReadOnlyList<RuleItem> items) => items.ToDictionary(item => item.Code, item => item.Form);

    private static Dictionary<string, PredictorForm> Forms(IReadOnlyList<PredictorItem> items) => items.ToDictionary(item => item.Code, item => item.Form);

    // Those that name others come after these, in whatever order they were sent: what is refused is tried again as long as others got in.
    private static async Task<IEnumerable<ImportedItem>> SetAsync<TForm, T>(
        string kind, Dictionary<string, TForm> sent, Dictionary<string, TForm> here, Func<string, TForm, Task<Decision<T>>> set)
        where TForm : class where T : class
    {
        var done = new Dictionary<string, ImportedItem>();
        var left = sent.Keys.Order(StringComparer.Ordinal).ToArray();
        for (var before = int.MaxValue; left.Length > 0 && left.Length < before;)
        {
            before = left.Length;
            foreach (var code in left)
            {
                done[code] = here.GetValueOrDefault(code) is { } same && same.Equals(sent[code]) ? new(kind, code, "unchanged", null, null, null, null)
                    : (await set(code, sent[code])).IsRefused(out var refusal, out _) ? new(kind, code, "refused", refusal.Code, refusal.Title, refusal.Detail, refusal.Pointer)
                    : new(kind, code, here.ContainsKey(code) ? "changed" : "created", null, null, null, null);
            }

            left = [.. left.Where(code => done[code].Status == "refused")];
        }

        return done.Values.OrderBy(item => item.Code, StringComparer.Ordinal);
    }
}

/// <summary>What became of a document.</summary>
public sealed record MetadataImported(int Accepted, int Refused, IReadOnlyList<ImportedItem> Items);

/// <summary>What became of an item.</summary>
/// <param name="Kind"><c>indicators</c>, <c>rules</c> or <c>predictors</c>.</param>
/// <param name="Status"><c>created</c>, <c>changed</c>, <c>unchanged</c> or <c>refused</c>.</param>
/// <param name="Refusal">Why it was refused; a problem's code.</param>
/// <param name="Pointer">Member of its form at fault.</param>
public sealed record ImportedItem(string Kind, string Code, string Status, string? Refusal, string? Title, string? Detail, string? Pointer);
