namespace Wuwei.Bench;

/// <summary>How long and how often is measured.</summary>
/// <param name="Quick">A rehearsal: everything short, one round; figures mean little.</param>
internal sealed record Settings(bool Quick)
{
    public int Rounds => Quick ? 1 : 3;

    /// <summary>Long enough that what is measured is compiled code.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 1 : 6);

    public TimeSpan Time => TimeSpan.FromSeconds(Quick ? 3 : 6);

    /// <summary>The full value, or a tenth of it.</summary>
    public int Scaled(int full) => Quick ? full / 10 : full;
}
