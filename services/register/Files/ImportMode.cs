namespace Wuwei.Register.Files;

/// <summary>What becomes of a file in which something is wrong.</summary>
internal static class ImportMode
{
    /// <summary>Nothing is stored whatever it holds; says what would be.</summary>
    public const string DryRun = "dry-run";

    /// <summary>Either every row is stored, in one transaction, or none.</summary>
    public const string AllOrNothing = "all-or-nothing";

    /// <summary>What is right is stored, the rest is given back.</summary>
    public const string AcceptValid = "accept-valid";
}
