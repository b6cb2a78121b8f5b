namespace Wuwei.Testing.Attack;

/// <summary>Who may call an operation.</summary>
public enum Access
{
    /// <summary>Everybody, without a token.</summary>
    Open,

    /// <summary>Whoever may read the service; the same answer for all regions.</summary>
    Reads,

    /// <summary>Whoever may read the service; the answer is the caller's own region's.</summary>
    ReadsOwnRegion,

    /// <summary>Whoever at the city may read the service; no county.</summary>
    ReadsForCity,

    /// <summary>The owning department; there is nothing of a region in it.</summary>
    Writes,

    /// <summary>The owning department, for its own region.</summary>
    WritesOwnRegion,

    /// <summary>The owning department at the city, by a role: its approver, an assessor.</summary>
    WritesForCity,

    /// <summary>Whoever at the city is named for it, whatever their roles.</summary>
    WritesAsNamed,

    /// <summary>A role that is no department's: operators, auditors.</summary>
    OtherRole,
}

/// <summary>
/// Every operation tried by everybody who might try it. An operation that has no line in the table fails: a new one says
/// first who may call it.
/// </summary>
/// <param name="service">Public name.</param>
/// <param name="table">Who may call what, by operation id.</param>
/// <param name="callers">Who calls the operations of <see cref="Access.OtherRole"/>, and others that <see cref="TestCaller.Of"/> may not; by operation id.</param>
public sealed class AccessMatrix(string service, IReadOnlyDictionary<string, Access> table, IReadOnlyDictionary<string, TestCaller>? callers = null)
{
    /// <summary>A county that the records tried are not of.</summary>
    public const string OtherCounty = "620622";

    private string Audience => $"wuwei.{service}";

    /// <summary>Who may.</summary>
    public TestCaller Own(ApiOperation operation) => callers?.GetValueOrDefault(operation.Id) ?? TestCaller.Of(service);

    /// <summary>Every complaint about one operation.</summary>
    /// <param name="right">A request that the owner may make, about a record that is not of <see cref="OtherCounty"/>.</param>
    /// <param name="client">A client without a token, to be disposed of by the caller.</param>
    /// <param name="traces">What an answer to another county must not contain, e.g. the record's id.</param>
    public async Task<IReadOnlyList<string>> TryAsync(ApiRequest right, Func<HttpClient> client, params string[] traces)
    {
        if (!table.TryGetValue(right.Operation.Id, out var access))
        {
            return [$"{right.Operation} ({right.Operation.Id}): nobody has said who may call it."];
        }

        var complaints = new List<string>();
        var own = Own(right.Operation);
        await ExpectAsync("no token", null, Allowed(access is Access.Open));
        foreach (var (who, token) in Worthless(own))
        {
            await ExpectAsync(who, token, Allowed(access is Access.Open));
        }

        await ExpectAsync("no scope", Token(own with { Scopes = [] }), access is Access.Open ? Passes : Refuses);
        if (access is Access.Writes or Access.WritesOwnRegion or Access.WritesForCity or Access.WritesAsNamed)
        {
            await ExpectAsync("scope to read", Token(own with { Scopes = [.. own.Scopes.Where(scope => !scope.EndsWith(".write", StringComparison.Ordinal))] }), Refuses);
            await ExpectAsync("another department", Token(own with { Department = "elsewhere" }), Refuses);
        }

        if (access is Access.ReadsForCity or Access.WritesForCity or Access.WritesAsNamed)
        {
            await ExpectAsync("a county", Token(own with { Region = OtherCounty }), Refuses);
        }

        if (access is Access.WritesForCity)
        {
            await ExpectAsync("no role", Token(own with { Roles = [] }), Refuses);
        }

        if (access is Access.OtherRole)
        {
            await ExpectAsync("a clerk", Token(own with { Roles = ["clerk", "approver"] }), Refuses);
        }

        if (access is Access.WritesOwnRegion)
        {
            // A batch is answered item by item.
            await ExpectAsync("another county", Token(own with { Region = OtherCounty }), answer =>
                answer.Status is 403 or 404 || (answer.Status is 200 && answer.Text.Contains("\"accepted\":0", StringComparison.Ordinal)));
        }

        if (access is Access.ReadsOwnRegion)
        {
            await ExpectAsync("another county", Token(own with { Region = OtherCounty }), answer =>
                answer.Status is 404 || (answer.Status is 200 && !traces.Any(trace => answer.Text.Contains(trace, StringComparison.Ordinal))));
            await ExpectAsync("no region", Token(own with { Region = "" }), answer =>
                answer.Status is 404 || (answer.Status is 200 && !traces.Any(trace => answer.Text.Contains(trace, StringComparison.Ordinal))));
        }

        await ExpectAsync("its own", Token(own), Passes);
        return complaints;

        async Task ExpectAsync(string who, string? token, Func<ApiAnswer, bool> expected)
        {
            using var http = client();
            http.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
            var answer = await right.SendAsync(http);
            if (!expected(answer))
            {
                complaints.Add($"{right.Operation} ({right.Operation.Id}) by {who}: {answer.Status} {(answer.Text.Length > 200 ? answer.Text[..200] : answer.Text)}");
            }
        }
    }

    private string Token(TestCaller caller) => TestTokens.Issue(caller, Audience);

    private IEnumerable<(string Who, string Token)> Worthless(TestCaller own) =>
    [
        ("an expired token", TestTokens.Issue(own, Audience, life: TimeSpan.FromMinutes(-5))),
        ("another service's token", TestTokens.Issue(own, "wuwei.elsewhere")),
        ("another issuer's token", TestTokens.Issue(own, Audience, issuer: "https://elsewhere.test/")),
        ("a forged token", TestTokens.Issue(own, Audience, key: TestTokens.ForeignKey)),
        ("an identity token", TestTokens.Issue(own, Audience, type: "JWT")),
    ];

    private static Func<ApiAnswer, bool> Allowed(bool open) => open ? Passes : answer => answer.Status == 401;

    private static bool Refuses(ApiAnswer answer) => answer.Status == 403;

    // A conflict is of whoever got through.
    private static bool Passes(ApiAnswer answer) => answer.Status is < 400 or 409;
}
