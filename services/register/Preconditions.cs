using Wuwei.ServiceDefaults;

namespace Wuwei.Register;

/// <summary>How a caller says which revision a change is made to.</summary>
internal static class Preconditions
{
    extension(HttpContext http)
    {
        /// <summary>By the header If-Match.</summary>
        public Func<long?, Refusal?> IfMatch => current => http.CheckIfMatch(current);
    }

    extension<TItem>(BatchEntry<TItem> item) where TItem : class
    {
        /// <summary>By the item's own member.</summary>
        public Func<long?, Refusal?> IfRevision => current =>
            current == item.Revision ? null
            : item.Revision is null ? ETags.Required
            : ETags.Stale;
    }
}
