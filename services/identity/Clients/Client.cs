using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Identity.Clients;

/// <summary>A department's system that may ask for tokens, and what its tokens say.</summary>
/// <param name="Department">The service it writes to, one that has tasks of the plan, or <c>assessment</c>; empty when it writes nowhere.</param>
/// <param name="Region">The city's code or a county's.</param>
/// <param name="Roles">Of <see cref="CallerRoles"/>.</param>
/// <param name="Scopes">All it may ask for; also what it gets when it asks for none.</param>
internal sealed record Client(string Id, string Department, string Region, IReadOnlyList<string> Roles, IReadOnlyList<string> Scopes)
{
    /// <summary>Services that ask for a token. Each has scopes <c>X.read</c> and <c>X.write</c> and audience <c>wuwei.X</c>.</summary>
    public static readonly IReadOnlyList<string> Services = ["indicator", "training", "loans", "labour-transfer", "assessment"];

    // Figures before their publication, and what is published (docs/adr/0080-pre-release-access.md).
    private const string Prerelease = "indicator.prerelease", Open = "indicator.open";

    /// <summary>Every scope there is: the services', and those of figures before and after their publication.</summary>
    public static readonly IReadOnlyList<string> AllScopes = [.. Services.SelectMany(service => new[] { $"{service}.read", $"{service}.write" }), Prerelease, Open];

    /// <summary>What a development machine and the tests work with: each department in the city and in every county, the departments that the plan gives tasks, the counties' assessment offices, four offices, and the open-data site.</summary>
    public static readonly IReadOnlyList<Client> ForDevelopment =
    [
        .. from department in new[] { "training", "loans", "labour-transfer", "indicator" }
           from region in RegionCode.Counties.Select(county => county.Code).Prepend(RegionCode.City)
           select new Client(
               $"{department}-{region}", department, region,
               [CallerRoles.Clerk, CallerRoles.Approver, .. department != "indicator" && region == RegionCode.City ? [CallerRoles.Revealer] : Array.Empty<string>()],
               [.. new[] { $"{department}.read", $"{department}.write", "indicator.read", Prerelease, Open }.Distinct()]),
        .. from department in new[]
           {
               "development-reform", "human-resources", "education", "finance", "agriculture", "veterans", "union", "youth-league",
               "womens-federation", "disabled-federation", "industry-commerce",
           }
           select new Client(
               $"{department}-{RegionCode.City}", department, RegionCode.City, [CallerRoles.Clerk, CallerRoles.Approver],
               ["assessment.read", "assessment.write", "indicator.read", Open]),
        .. from county in RegionCode.Counties
           select new Client(
               $"assessment-{county.Code}", "assessment", county.Code, [CallerRoles.Clerk], ["assessment.read", "assessment.write", "indicator.read", Prerelease]),
        new("assessment-office", "assessment", RegionCode.City, [CallerRoles.Assessor],
            ["assessment.read", "assessment.write", "indicator.read", Prerelease, "training.read", "loans.read", "labour-transfer.read"]),
        new("assessment-chief", "assessment", RegionCode.City, [CallerRoles.Assessor, CallerRoles.Approver],
            ["assessment.read", "assessment.write", "indicator.read", Prerelease, "training.read", "loans.read", "labour-transfer.read"]),
        new("operator", "", RegionCode.City, [CallerRoles.Operator], [.. Services.Select(service => $"{service}.read"), Prerelease]),
        new("auditor", "", RegionCode.City, [CallerRoles.Auditor], [.. Services.Select(service => $"{service}.read"), Prerelease]),
        new("open-data", "", RegionCode.City, [], [Open]),
    ];

    /// <summary>The audiences of a token with these scopes: each service checks for its own.</summary>
    public static IEnumerable<string> AudiencesOf(IEnumerable<string> scopes) =>
        scopes.Select(scope => $"wuwei.{scope[..scope.LastIndexOf('.')]}").Distinct();
}
