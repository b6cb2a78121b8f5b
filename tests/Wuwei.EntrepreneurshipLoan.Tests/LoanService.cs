using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Register.Tests;

namespace Wuwei.EntrepreneurshipLoan.Tests;

public sealed class LoanService() : RegisterService("loans", "/loans")
{
    private int _contracts;

    public override JsonObject Form(TestPerson person, string region = Liangzhou) => new()
    {
        ["person"] = person.Form,
        ["region"] = region,
        ["borrowerKind"] = "person",
        ["borrowerClass"] = "returned-migrant",
        ["bank"] = "甘肃银行武威分行",
        ["contractNumber"] = $"甘银创贷2025-{Interlocked.Increment(ref _contracts):000000}",
        ["amount"] = 100_000.00m,
        ["annualRate"] = 3.1m,
        ["contractedOn"] = "2025-03-01",
        ["disbursedOn"] = "2025-03-05",
        ["termMonths"] = 24,
        ["jobsCreated"] = 2,
        ["synthetic"] = true,
    };

    public JsonObject EnterpriseForm(TestPerson person, string creditCode, string region = Liangzhou)
    {
        var form = Form(person, region);
        form.Remove("borrowerClass");
        (form["borrowerKind"], form["businessName"], form["creditCode"]) = ("micro-enterprise", "武威某农产品加工有限公司", creditCode);
        return form;
    }

    public override (string Member, JsonNode Value) Correction => ("jobsCreated", 3);

    public override IReadOnlyDictionary<string, string> Members { get; } = new Dictionary<string, string>
    {
        ["{text}"] = "/bank",
        ["{number}"] = "/amount",
        ["{date}"] = "/contractedOn",
        ["{choice}"] = "/borrowerKind",
    };

    public override int LongestText => 60;

    public override IReadOnlyList<Fact> Facts(Guid id, JsonObject form, int revision, string personKey)
    {
        var day = DateOnly.Parse((string)form["disbursedOn"]!, null);
        return
        [
            new($"loans/{id}", Measures.LoanBorrowers, revision, (string)form["region"]!, day, null, 1),
            new($"loans/{id}", Measures.LoanJobs, revision, (string)form["region"]!, day, null, (int)form["jobsCreated"]!),
        ];
    }
}
