using System.Reflection;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Tests;

public sealed class RefusalTexts
{
    [Fact]
    public void Given_everything_that_is_refused_of_files_and_jobs_When_said_Then_what_to_do_is_said_too()
    {
        Refusal[] refusals =
        [
            .. typeof(Program).Assembly.GetTypes()
                .Where(type => type.Namespace is "Wuwei.Register.Files" or "Wuwei.Register.Jobs" && !type.ContainsGenericParameters)
                .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Select(field => field.GetValue(null)).OfType<Refusal>(),
        ];

        Assert.True(refusals.Length >= 9);
        Assert.All(refusals, refusal => Assert.Contains("请", refusal.Title, StringComparison.Ordinal));
    }
}
