using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>A figure that differs between two versions.</summary>
/// <param name="Path">Where, with codes in place of positions, e.g. <c>items/6/weight</c>.</param>
/// <param name="Before">As JSON; absent: there was none.</param>
/// <param name="After">As JSON; absent: there is none any more.</param>
public sealed record SchemeChange(string Path, JsonElement? Before, JsonElement? After);

/// <summary>What changed from one version to another.</summary>
public sealed record SchemeComparison(string Scheme, int From, int To, IReadOnlyList<SchemeChange> Changes);

/// <summary>Compares two versions of a scheme.</summary>
public static class CompareSchemes
{
    public static void Map(IEndpointRouteBuilder schemes) => schemes
        .MapGet("/{id}/versions/{version:int}/changes", HandleAsync)
        .WithName(nameof(CompareSchemes))
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>What a version changed: against the one before it, or against <paramref name="against"/>.</summary>
    internal static async Task<Results<Ok<SchemeComparison>, ProblemHttpResult>> HandleAsync(
        string id, int version, [FromQuery] int? against, Caller caller, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var before = against ?? version - 1;
        return Scheme.IsId(id) && await SchemeStore.FindAsync(work, id, version) is { } after && await SchemeStore.FindAsync(work, id, before) is { } held
            ? TypedResults.Ok(new SchemeComparison(id, before, version, Changes(held, after)))
            : ReadSchemes.Unknown.ToProblem();
    }

    /// <summary>The rule: things that are named are compared by their names, wherever they stand; lists of plain steps as a whole.</summary>
    internal static IReadOnlyList<SchemeChange> Changes(Scheme before, Scheme after)
    {
        var (old, now) = (Flat(before), Flat(after));
        return [.. old.Keys.Union(now.Keys).Where(path => !(old.TryGetValue(path, out var one) && now.TryGetValue(path, out var other) && JsonElement.DeepEquals(one, other)))
            .Select(path => new SchemeChange(
                path, old.TryGetValue(path, out var one) ? one : null, now.TryGetValue(path, out var other) ? other : null))];
    }

    private static Dictionary<string, JsonElement> Flat(Scheme scheme)
    {
        Dictionary<string, JsonElement> leaves = [];
        Walk("", JsonSerializer.SerializeToElement(scheme with { Version = 0, KnownAt = default }, Json.Options));
        return leaves;

        void Walk(string path, JsonElement element)
        {
            if (element.ValueKind is JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                {
                    Walk(path.Length == 0 ? member.Name : $"{path}/{member.Name}", member.Value);
                }
            }
            else if (element.ValueKind is JsonValueKind.Array && element.EnumerateArray().All(entry => NameOf(entry) is not null))
            {
                foreach (var entry in element.EnumerateArray())
                {
                    Walk($"{path}/{NameOf(entry)}", entry);
                }
            }
            else
            {
                leaves[path] = element;
            }
        }
    }

    private static string? NameOf(JsonElement entry) => entry.ValueKind is not JsonValueKind.Object ? null
        : entry.TryGetProperty("indicator", out var name) || entry.TryGetProperty("code", out name) || entry.TryGetProperty("name", out name) ? name.GetString()
        : null;
}
