using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Validation;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Metadata;

/// <summary>What an office has defined, to take it to another installation.</summary>
public static class ExportMetadata
{
    public static void Map(IEndpointRouteBuilder metadata) => metadata.MapGet("", HandleAsync).WithName(nameof(ExportMetadata));

    /// <summary>Every indicator over others, validation rule and predictor as it is in force, in the form that POST takes back.</summary>
    internal static async Task<Pulled<MetadataDocument>> HandleAsync(Database db, CancellationToken cancellation) => new(await ReadAsync(db, cancellation));

    internal static async Task<MetadataDocument> ReadAsync(Database db, CancellationToken cancellation)
    {
        var definitions = await db.ListAsync<DefinitionRow>(s_scope, IndicatorCatalogue.DefinitionsSql, new { asOf = (DateTimeOffset?)null }, cancellation);
        var rules = await db.ListAsync<RuleRow>(s_scope, RuleRow.CurrentSql, null, cancellation);
        var predictors = await db.ListAsync<PredictorRow>(s_scope, PredictorRow.CurrentSql, null, cancellation);
        return new MetadataDocument
        {
            Indicators = [.. definitions.Select(row => new IndicatorItem { Code = row.Code, Form = row.ToForm() })],
            Rules = [.. rules.Select(row => new RuleItem { Code = row.Code, Form = row.ToRule().ToForm() })],
            Predictors = [.. predictors.Select(row => new PredictorItem { Code = row.Code, Form = row.ToPredictor().ToForm() })],
        };
    }

    private static readonly Scope s_scope = Scope.System("metadata");
}

/// <summary>What an office has defined.</summary>
public sealed record MetadataDocument
{
    /// <summary>Indicators that are computed from others.</summary>
    public IReadOnlyList<IndicatorItem> Indicators { get; init; } = [];

    /// <summary>What must hold between figures.</summary>
    public IReadOnlyList<RuleItem> Rules { get; init; } = [];

    /// <summary>What figures are expected to be from their own past.</summary>
    public IReadOnlyList<PredictorItem> Predictors { get; init; } = [];
}

/// <summary>An indicator over others.</summary>
public sealed record IndicatorItem
{
    public required string Code { get; init; }

    public required IndicatorDefinition Form { get; init; }
}

/// <summary>A validation rule.</summary>
public sealed record RuleItem
{
    public required string Code { get; init; }

    public required ValidationRuleForm Form { get; init; }
}

/// <summary>A predictor.</summary>
public sealed record PredictorItem
{
    public required string Code { get; init; }

    public required PredictorForm Form { get; init; }
}
