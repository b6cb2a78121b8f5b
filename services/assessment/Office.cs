using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment;

/// <summary>The city's assessment office (考核办公室).</summary>
internal static class Office
{
    public static readonly Refusal Only = new("assessment.office_only", "只有市级考核部门可以进行此操作。", StatusCodes.Status403Forbidden);

    /// <summary>Refuses whoever is not the office before the handler runs.</summary>
    public static TBuilder RequireOffice<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.AddEndpointFilter(
        async (invocation, next) => Caller.From(invocation.HttpContext.User).IsOffice ? await next(invocation) : Only.ToProblem());

    extension(Caller caller)
    {
        public bool IsOffice => caller.Department == "assessment" && caller.Covers(RegionCode.City);

        /// <summary>Whether the caller speaks for an assessed unit: a county's assessment office, or the department itself.</summary>
        public bool SpeaksFor(string unit) => RegionCode.Wuwei.ContainsKey(unit)
            ? caller.Department == "assessment" && caller.Region == unit
            : caller.Department == unit && caller.Covers(RegionCode.City);
    }
}
