using Microsoft.EntityFrameworkCore;

namespace Wuwei.Identity;

public class SchemaTests
{
    private const string Script = "services/identity/Migrations/0001_openiddict.sql";

    /// <summary>After an update of OpenIddict that changes its tables this fails: write the difference as a new script.</summary>
    [Fact]
    public void Given_the_model_of_OpenIddict_When_scripted_Then_it_is_the_committed_script()
    {
        using var context = new IdentityContext(new DbContextOptionsBuilder<IdentityContext>().UseNpgsql().UseOpenIddict().Options);
        var script = context.Database.GenerateCreateScript().ReplaceLineEndings("\n").Trim() + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_SCHEMA") is "1")
        {
            File.WriteAllText(Path.Combine(Repository(), Script), script);
        }

        Assert.Equal(script, File.ReadAllText(Path.Combine(Repository(), Script)));
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Wuwei.Platform.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
