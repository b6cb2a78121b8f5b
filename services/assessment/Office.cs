using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment;

/// <summary>The city's assessment office (考核办公室).</summary>
internal static class Office
{
    public static readonly Refusal Only = new("assessment.office_only", "只有市级考核部门可以进行此操作。", StatusCodes.Status403Forbidden);

    extension(Caller caller)
    {
        public bool IsOffice => caller.Department == "assessment" && caller.Covers(RegionCode.City);
    }
}
