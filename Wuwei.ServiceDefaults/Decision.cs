using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Wuwei.ServiceDefaults;

/// <summary>Why a rule said no; shown to the caller as RFC 9457 problem details.</summary>
/// <param name="Code">Stable, dotted, e.g. <c>training.certified_before</c>; clients may switch on it.</param>
/// <param name="Title">The rule in one short Chinese sentence.</param>
/// <param name="Status">HTTP status; 409 unless the rule says otherwise.</param>
/// <param name="Pointer">JSON pointer of the member at fault, e.g. <c>/nationalId</c>; null when it is the whole.</param>
/// <param name="Detail">What was found, in Chinese; never a personal number.</param>
public sealed record Refusal(
    string Code, string Title, int Status = StatusCodes.Status409Conflict, string? Pointer = null, string? Detail = null)
{
    /// <summary>A refusal of a value that can never be right: 422, at <paramref name="pointer"/>.</summary>
    public static Refusal Invalid(string code, string title, string pointer) =>
        new(code, title, StatusCodes.Status422UnprocessableEntity, pointer);

    /// <summary>The answer, as application/problem+json.</summary>
    public ProblemHttpResult ToProblem() => TypedResults.Problem(
        Detail, statusCode: Status, title: Title, type: $"urn:problem:{Code}",
        extensions: new Dictionary<string, object?>
        {
            ["code"] = Code,
            ["errors"] = Pointer is null ? null : new[] { new FieldError(Pointer, Code, Title) },
        });
}

/// <summary>One member of a body that is not right.</summary>
/// <param name="Pointer">JSON pointer, e.g. <c>/nationalId</c>.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">Chinese sentence.</param>
public sealed record FieldError(string Pointer, string Code, string Message);

/// <summary>A rule's answer: the outcome, or the reason for refusing it.</summary>
public readonly record struct Decision<T> where T : class
{
    private readonly T? _outcome;
    private readonly Refusal? _refusal;

    private Decision(T? outcome, Refusal? refusal) => (_outcome, _refusal) = (outcome, refusal);

    public static implicit operator Decision<T>(T outcome) => new(outcome, null);
    public static implicit operator Decision<T>(Refusal refusal) => new(null, refusal);

    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal, [NotNullWhen(false)] out T? outcome)
    {
        (refusal, outcome) = (_refusal, _outcome);
        return refusal is not null;
    }
}
