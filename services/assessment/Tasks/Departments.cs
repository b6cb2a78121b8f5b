namespace Wuwei.Assessment.Tasks;

/// <summary>The departments that the plan makes responsible (四（二）) or calls upon (四（五）), as tokens name them.</summary>
internal static class Departments
{
    /// <summary>Name by code.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["development-reform"] = "市发展改革委",
        ["human-resources"] = "市人社局",
        ["education"] = "市教育局",
        ["finance"] = "市财政局",
        ["agriculture"] = "市农业农村局",
        ["veterans"] = "市退役军人事务局",
        ["union"] = "市总工会",
        ["youth-league"] = "团市委",
        ["womens-federation"] = "市妇联",
        ["disabled-federation"] = "市残联",
        ["industry-commerce"] = "市工商联",
    };
}
