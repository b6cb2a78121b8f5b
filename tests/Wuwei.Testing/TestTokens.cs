using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Wuwei.Testing;

/// <summary>Who a test's token speaks for. <c>with</c> makes the one that is nearly right.</summary>
/// <param name="Subject">Client id.</param>
/// <param name="Department">e.g. <c>training</c>.</param>
/// <param name="Region">The city's code or a county's.</param>
/// <param name="Roles">e.g. <c>clerk</c>.</param>
/// <param name="Scopes">e.g. <c>training.write</c>.</param>
public sealed record TestCaller(
    string Subject, string Department, string Region, IReadOnlyList<string> Roles, IReadOnlyList<string> Scopes)
{
    /// <summary>A department's system in the city (620600) or a county: clerk and approver of its own service.</summary>
    /// <param name="service">Public name: <c>training</c>, <c>loans</c>, <c>labour-transfer</c> or <c>indicator</c>.</param>
    public static TestCaller Of(string service, string region = "620600") => new(
        $"{service}-{region}", service, region, ["clerk", "approver"],
        [.. new[] { $"{service}.read", $"{service}.write", "indicator.read", "indicator.prerelease" }.Distinct()]);

    /// <summary>A department's system in the city that has tasks of the plan, e.g. <c>education</c>.</summary>
    public static TestCaller OfPlan(string department) => new(
        $"{department}-620600", department, "620600", ["clerk", "approver"], ["assessment.read", "assessment.write"]);

    /// <summary>The assessment office: reads everything, writes schemes.</summary>
    public static TestCaller AssessmentOffice { get; } = new("assessment-office", "assessment", "620600", ["assessor"],
        ["assessment.read", "assessment.write", "indicator.read", "indicator.prerelease", "training.read", "loans.read", "labour-transfer.read"]);

    /// <summary>A county's assessment office: assesses itself, contests what is said of the county.</summary>
    public static TestCaller AssessmentOf(string county) => new(
        $"assessment-{county}", "assessment", county, ["clerk"], ["assessment.read", "assessment.write", "indicator.read", "indicator.prerelease"]);

    /// <summary>Publishes what the office proposes.</summary>
    public static TestCaller AssessmentChief { get; } = AssessmentOffice with { Subject = "assessment-chief", Roles = ["assessor", "approver"] };

    /// <summary>Watches services, replays messages.</summary>
    public static TestCaller Operator { get; } = new("operator", "operations", "620600", ["operator"],
        ["assessment.read", "indicator.read", "indicator.prerelease", "training.read", "loans.read", "labour-transfer.read"]);

    /// <summary>Reads the audit trail.</summary>
    public static TestCaller Auditor { get; } = Operator with { Subject = "auditor", Department = "audit", Roles = ["auditor"] };
}

/// <summary>Access tokens as identity would issue them, signed with a key of this test run.</summary>
public static class TestTokens
{
    /// <summary>The issuer that services under test pin.</summary>
    public const string Issuer = "https://identity.test/";

    private static readonly RSA Rsa = RSA.Create(2048);

    /// <summary>The key that services under test trust.</summary>
    public static readonly RsaSecurityKey Key = new(Rsa) { KeyId = "test" };

    /// <summary>A key that nobody trusts, for forged tokens.</summary>
    public static readonly RsaSecurityKey ForeignKey = new(RSA.Create(2048)) { KeyId = "test" };

    /// <summary>A signed token.</summary>
    /// <param name="audience">e.g. <c>wuwei.training</c>.</param>
    /// <param name="life">Ten minutes when absent; negative: expired.</param>
    public static string Issue(
        TestCaller caller, string audience, TimeSpan? life = null, string type = "at+jwt", string issuer = Issuer, RsaSecurityKey? key = null)
    {
        var until = DateTime.UtcNow + (life ?? TimeSpan.FromMinutes(10));
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            TokenType = type,
            IssuedAt = until.AddMinutes(-20),
            NotBefore = until.AddMinutes(-20),
            Expires = until,
            Subject = new ClaimsIdentity(
            [
                new("sub", caller.Subject),
                new("client_id", caller.Subject),
                new("department", caller.Department),
                new("region", caller.Region),
                .. caller.Roles.Select(role => new Claim("roles", role)),
                new("scope", string.Join(' ', caller.Scopes)),
            ]),
            SigningCredentials = new(key ?? Key, SecurityAlgorithms.RsaSha256),
        });
    }
}
