using System.Text.RegularExpressions;

namespace Wuwei.ServiceDefaults.Tests;

/// <summary>What is in the repository is everybody's to read.</summary>
public sealed partial class SecretsTests
{
    private static readonly HashSet<string> s_madeElsewhere = [".git", ".data", "artifacts", "node_modules", "bin", "obj"];

    // Values stand in code too, but there they are of tests; a service reads none from its code.
    private static readonly HashSet<string> s_settings = [".json", ".http", ".sql", ".sh", ".props", ".targets", ".csproj", ".md", ".yml", ".yaml", ""];

    [Fact]
    public void Given_every_file_of_the_repository_When_searched_Then_there_is_no_key_token_or_password_in_it()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Wuwei.Platform.sln")))
        {
            root = root.Parent!;
        }

        var found = Files(root).Where(file => HasSecret(File.ReadAllText(file.FullName), isCode: !s_settings.Contains(file.Extension))).Select(file => file.FullName);

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("-----BEGIN ", "RSA PRIVATE KEY-----", true)]
    [InlineData("Authorization: Bearer ey", "JhbGciOiJSUzI1NiJ9.eyJzdWIiOiJvcGVyYXRvciJ9.c2lnbmF0dXJl", true)]
    [InlineData("\"EncryptionKey\": \"", "kJ8s7d6f5g4h3j2k1l0aQwErTy\"", false)]
    [InlineData("Host=10.0.0.1;Username=training;Password=", "kJ8s7d6f5g4h3j2k1l0a", false)]
    [InlineData("amqp://training:", "kJ8s7d6f5g@10.0.0.1/wuwei", false)]
    public void Given_a_secret_When_searched_for_Then_it_is_found(string before, string rest, bool isCode) =>
        Assert.True(HasSecret($"something\n{before}{rest}\n", isCode));

    private static bool HasSecret(string text, bool isCode) => Keys().IsMatch(text) || (!isCode && Values().IsMatch(text));

    private static IEnumerable<FileInfo> Files(DirectoryInfo folder) => folder.EnumerateFiles()
        .Where(file => file.Length < 5_000_000)
        .Concat(folder.EnumerateDirectories().Where(inner => !s_madeElsewhere.Contains(inner.Name)).SelectMany(Files));

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.")]
    private static partial Regex Keys();

    // Longer than a word, and with a digit in it: 身份 and paste-your-secret are none. user:password is how addresses are explained.
    [GeneratedRegex(
        """(?i:password|passwd|pwd|secret|(api|encryption|lookup|private)_?key|token)["']?\s*[:=]\s*["']?(?=[A-Za-z0-9+/_=]*[0-9])[A-Za-z0-9+/_=]{16,}|(?:amqps?|postgres(?:ql)?|https?)://[^:@/\s]+:(?!password@)[A-Za-z0-9]{8,}@""")]
    private static partial Regex Values();
}
