using System.ComponentModel.DataAnnotations;

namespace Wuwei.ServiceDefaults;

/// <summary>Most and fewest characters of a text, as people and JSON Schema count them: 𠮷 is one, though it takes two of .NET's.</summary>
/// <param name="most">In code points.</param>
public sealed class TextLengthAttribute(int most) : StringLengthAttribute(most)
{
    public override bool IsValid(object? value) => value is not string text || text.EnumerateRunes().Count() is var length && length >= MinimumLength && length <= MaximumLength;
}
