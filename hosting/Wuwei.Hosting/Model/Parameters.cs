using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside, or generated when nobody gives it.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;

    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : base(name)
    {
        _value = new(() => callback(Default));
        Secret = secret;
    }

    public ParameterDefault? Default { get; set; }

    public bool Secret { get; }

    public string ValueExpression => $"{{{Name}.value}}";

    /// <exception cref="MissingParameterValueException">No value is configured and none can be generated.</exception>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        await Task.FromResult(_value.Value).ConfigureAwait(false);
}

/// <summary>Where a parameter's value comes from when none is configured.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value from the given alphabets, by default letters, digits and -_.{}~()*+!.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // Letters that are easily taken for one another (I, l, O, 0, 1 …) are kept: nobody types these.
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    /// <summary>Length in characters; at least the sum of the minima.</summary>
    public int MinLength { get; set; }

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    /// <exception cref="InvalidOperationException">Every alphabet is switched off.</exception>
    public override string GetDefaultValue()
    {
        (bool On, string Letters, int Minimum)[] alphabets =
            [(Lower, LowerCase, MinLower), (Upper, UpperCase, MinUpper), (Numeric, Digits, MinNumeric), (Special, Specials, MinSpecial)];
        var all = string.Concat(alphabets.Where(a => a.On).Select(a => a.Letters));
        if (all.Length == 0)
        {
            throw new InvalidOperationException("A generated parameter needs at least one alphabet.");
        }

        var characters = alphabets.Where(a => a.On)
            .SelectMany(a => RandomNumberGenerator.GetItems<char>(a.Letters, a.Minimum)).ToList();
        characters.AddRange(RandomNumberGenerator.GetItems<char>(all, Math.Max(0, MinLength - characters.Count)));
        var result = characters.ToArray();
        RandomNumberGenerator.Shuffle<char>(result);
        return new(result);
    }
}

public class MissingParameterValueException(string message) : DistributedApplicationException(message);
