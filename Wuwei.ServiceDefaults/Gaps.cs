using System.ComponentModel.DataAnnotations;

namespace Wuwei.ServiceDefaults;

/// <summary>Nulls in lists, which JSON lets through whatever the type says.</summary>
public static class Gaps
{
    /// <summary>What is wrong with a list by its gaps; each is named by its place.</summary>
    public static IEnumerable<ValidationResult> In<T>(IReadOnlyList<T> items, string member) where T : class =>
        items.Index().Where(item => item.Item is null).Select(item => new ValidationResult("列表中不能有空项。", [$"{member}[{item.Index}]"]));
}
