using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Files;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register.Persons;

/// <summary>Where to go on.</summary>
public sealed record RotationPart
{
    /// <summary>The part before said <c>next</c>; absent: from the beginning.</summary>
    public Guid? After { get; init; }
}

/// <summary>What a part did.</summary>
/// <param name="Sealed">Records, rows and parts of files that were sealed under an earlier key and are under the current one now.</param>
/// <param name="Busy">Records that somebody was changing: look again.</param>
/// <param name="Next">Where the next part goes on; null: everything has been looked at.</param>
public sealed record RotationDone(int Sealed, int Busy, Guid? Next);

/// <summary>Seals what is sealed under retired keys anew, while the service works.</summary>
internal static class RotateKeys
{
    private const int AtOnce = 1000;

    public static void Map(IEndpointRouteBuilder data) => data.MapPost("/rotation", HandleAsync).WithName(nameof(RotateKeys));

    /// <summary>
    /// Seals the persons of the next 1000 records under the current key, where they are under an earlier one, and at the end
    /// files that wait and rows that came back to their sender. Again changes nothing.
    /// </summary>
    internal static async Task<Ok<RotationDone>> HandleAsync(
        RotationPart part, Caller caller, IPersons persons, ImportFiles files, ImportRows rows, PersonalDataProtector protector, Database db, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(Scope.System("rotation"), cancellation);
        var after = part.After ?? Guid.Empty;
        var (next, resealed, busy) = await persons.RotateAsync(after, AtOnce, protector, work);
        if (next is null && await files.RotateAsync(work) + await rows.RotateAsync(work, AtOnce) is > 0 and var more)
        {
            (next, resealed) = (after, resealed + more);
        }

        var done = new RotationDone(resealed, busy, next);
        if (resealed > 0)
        {
            work.Audit(caller, new Act("personal-data.rotated", "personal-data", null, done));
            await work.CommitAsync();
        }

        return TypedResults.Ok(done);
    }
}
