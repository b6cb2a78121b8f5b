using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Security.Principal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.ServiceDefaults;

/// <summary>Who asks, as the token says. Bound by minimal APIs: a handler just takes a <c>Caller</c>.</summary>
/// <param name="Subject">The client or the person.</param>
/// <param name="Department">e.g. <c>training</c>, <c>loans</c>, <c>labour-transfer</c>, <c>indicator</c>, <c>assessment</c>.</param>
/// <param name="Region">The region whose subtree the caller may act in: the city's code or a county's.</param>
/// <param name="Roles">Of <see cref="CallerRoles"/>.</param>
/// <param name="Scopes">e.g. <c>training.write</c>.</param>
public sealed record Caller(
    string Subject, string Department, string Region, IReadOnlySet<string> Roles, IReadOnlySet<string> Scopes)
{
    /// <summary>Another region's record does not exist for the caller: the same 404 as for one that is not there.</summary>
    public static readonly Refusal OutOfRegion = new("auth.out_of_region", "不在您的管辖区域内。", StatusCodes.Status403Forbidden);

    /// <summary>Whether the region lies in the caller's own.</summary>
    public bool Covers(string region) => Region.Length > 0 && RegionCode.Covers(Region, region);

    public bool Is(string role) => Roles.Contains(role);

    /// <summary>Where the request came from, as the gateway says; null: nobody knows.</summary>
    public string? Address { get; init; }

    /// <summary>Reads the caller from the validated token, and its address from the connection.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Caller?>(From(http.User) with { Address = http.RequestServices.GetService<Gateways>()?.AddressOf(http) });

    // A token is checked once and asked about several times a request: what it says is read once too.
    private static readonly ConditionalWeakTable<IIdentity, Caller> s_read = [];

    public static Caller From(ClaimsPrincipal user) => user.Identity is { } identity ? s_read.GetValue(identity, _ => Read(user)) : Read(user);

    private static Caller Read(ClaimsPrincipal user) => new(
        user.FindFirstValue("sub") ?? "",
        user.FindFirstValue("department") ?? "",
        user.FindFirstValue("region") ?? "",
        user.FindAll("roles").Select(claim => claim.Value).ToFrozenSet(),
        user.FindAll("scope").SelectMany(claim => claim.Value.Split(' ')).ToFrozenSet());
}

/// <summary>What a caller may be, beside where.</summary>
public static class CallerRoles
{
    /// <summary>Records and submits for the own department and region.</summary>
    public const string Clerk = "clerk";

    /// <summary>Approves what the own region submitted; at the city, locks it.</summary>
    public const string Approver = "approver";

    /// <summary>Reads scores, writes schemes.</summary>
    public const string Assessor = "assessor";

    /// <summary>Sees personal numbers of the own department's records unmasked, each for a reason that is kept.</summary>
    public const string Revealer = "revealer";

    /// <summary>Watches services, replays messages.</summary>
    public const string Operator = "operator";

    /// <summary>Reads the audit trail.</summary>
    public const string Auditor = "auditor";
}

/// <summary>Who may call a group of endpoints.</summary>
public static class CallerPolicies
{
    extension<TBuilder>(TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Only tokens that carry the scope; 403 otherwise.</summary>
        public TBuilder RequireScope(string scope) => endpoints.RequireAuthorization(
            policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Caller.From(context.User).Scopes.Contains(scope)));

        /// <summary>Only callers of the department that owns the service, with its write scope; 403 otherwise.</summary>
        /// <param name="service">The service's public name, which is its department's too.</param>
        public TBuilder RequireWriter(string service) => endpoints.RequireScope($"{service}.write").RequireAuthorization(
            policy => policy.RequireAssertion(context => Caller.From(context.User).Department == service));

        /// <summary>Only callers with one of the roles; 403 otherwise.</summary>
        public TBuilder RequireAnyRole(params string[] roles) => endpoints.RequireAuthorization(
            policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Caller.From(context.User).Roles.Overlaps(roles)));
    }
}
