using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment;

/// <summary>Who sees what was reached, and scores that are made of it, before it is published: docs/adr/0080-pre-release-access.md.</summary>
internal static class Prerelease
{
    public const string Scope = "indicator.prerelease";

    public static readonly Refusal CityOnly = new(
        "assessment.city_only", "各单位的暂定得分并列时只对市级开放；本县（区）的见本地区的得分页，已发布的见发布。", StatusCodes.Status403Forbidden);

    extension<TBuilder>(TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>What a county sees of itself, and the city of all.</summary>
        public TBuilder RequirePrerelease() => endpoints.RequireScope(Scope);

        /// <summary>What shows one county beside another: no county sees another's figures before they are published.</summary>
        public TBuilder RequirePrereleaseOfAll() => endpoints.RequirePrerelease().AddEndpointFilter(
            async (invocation, next) => Caller.From(invocation.HttpContext.User).Covers(RegionCode.City) ? await next(invocation) : CityOnly.ToProblem());
    }

    /// <summary>Whether the caller sees the figures of a unit's sheet: its own, or being on the list.</summary>
    public static bool SeesFiguresOf(this Caller caller, string unit) => caller.SpeaksFor(unit) || caller.Scopes.Contains(Scope);
}
