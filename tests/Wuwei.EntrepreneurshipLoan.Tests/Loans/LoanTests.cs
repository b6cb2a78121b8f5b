using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Register.Tests;

namespace Wuwei.EntrepreneurshipLoan.Tests.Loans;

public sealed class LoanTests(LoanService service) : IClassFixture<LoanService>
{
    [Fact]
    public async Task Given_the_last_yuan_under_a_countys_cap_When_two_hundred_ask_at_once_Then_it_is_never_exceeded()
    {
        // Tianzhu: 2,000,000 × 5 answers for 100 loans of 100,000.
        _ = await PutAsync(service.City, "/policy-parameters/loans.guarantee_fund.620623/2025-01-01", new JsonObject { ["value"] = 2_000_000, ["verified"] = false });
        _ = await service.FactsSentAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ =>
            PutAsync(service.City, service.Path(Guid.CreateVersion7()), service.Form(TestPerson.Next(), "620623"))));

        Assert.Equal(100, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(100, answers.Count(answer => answer.Code == "loan.fund_exhausted"));
        Assert.Equal(10_000_000m, await service.ScalarAsync<decimal>("select sum(amount) from loan where county = '620623'"));
        Assert.Equal(200, (await service.FactsSentAsync()).Count);

        // One is paid back: exactly one more fits, in a batch as well.
        var paid = answers.First(answer => answer.Status == HttpStatusCode.Created).Body!;
        var settled = await PutAsync(service.City, $"/loans/{paid["id"]}/settlement", new JsonObject { ["settledOn"] = "2025-10-01" }, "\"1\"");
        Assert.Equal(HttpStatusCode.OK, settled.Status);
        var batch = await PostAsync(service.City, "/loans/batch", RegisterService.BatchOf(
            Enumerable.Range(0, 3).Select(_ => (Guid.CreateVersion7(), service.Form(TestPerson.Next(), "620623")))));
        Assert.Equal(["created", "refused", "refused"], batch.Body!["results"]!.AsArray().Select(result => (string)result!["status"]!));
        Assert.Equal(10_000_000m, await service.ScalarAsync<decimal>("select sum(amount) from loan where county = '620623' and settled_on is null"));
    }

    [Fact]
    public async Task Given_one_borrower_When_two_hundred_loans_come_at_once_Then_one_is_recorded()
    {
        var person = TestPerson.Next();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => PutAsync(
            service.City, service.Path(Guid.CreateVersion7()), service.Form(person, i % 2 == 0 ? RegisterService.Liangzhou : RegisterService.Minqin))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(199, answers.Count(answer => answer.Code == "loan.another_open"));
    }

    [Fact]
    public async Task Given_one_contract_number_When_it_comes_for_different_people_at_once_Then_one_is_recorded()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
        {
            var form = service.Form(TestPerson.Next(), i % 2 == 0 ? RegisterService.Liangzhou : RegisterService.Minqin);
            form["contractNumber"] = "同一份合同";
            return PutAsync(service.City, service.Path(Guid.CreateVersion7()), form);
        }));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.Code == "loan.contract_taken"));
    }

    [Fact]
    public async Task Given_an_enterprise_When_it_borrows_Then_its_code_is_put_right_and_it_counts_as_one_borrower()
    {
        var form = service.EnterpriseForm(TestPerson.Next(), "91 110000 600037341l");
        form["amount"] = 4_000_000;
        _ = await service.FactsSentAsync();

        var id = Guid.CreateVersion7();
        var first = await PutAsync(service.City, service.Path(id), form);
        var second = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), service.EnterpriseForm(TestPerson.Next(), "91110000600037341L"));

        Assert.Equal((HttpStatusCode.Created, "91110000600037341L"), (first.Status, (string?)first.Body!["creditCode"]));
        Assert.Equal("loan.another_open", second.Code);
        Assert.Equal(service.Facts(id, form, 1, ""), await service.FactsSentAsync());
    }

    [Fact]
    public async Task Given_partners_When_they_borrow_Then_the_cap_grows_with_them_and_the_borrower_has_one_open_loan()
    {
        var (id, person) = (Guid.CreateVersion7(), TestPerson.Next());
        var form = service.Form(person);
        (form["borrowerKind"], form["partners"], form["amount"]) = ("partnership", 3, 990_000.01m);

        var over = await PutAsync(service.City, service.Path(id), form);
        form["amount"] = 990_000;
        var created = await PutAsync(service.City, service.Path(id), form);
        var again = await PutAsync(service.City, service.Path(id), form);
        var alone = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), service.Form(person));

        Assert.Equal("loan.over_cap", over.Code);
        Assert.Equal((HttpStatusCode.Created, 3), (created.Status, (int)created.Body!["partners"]!));
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (again.Status, again.ETag));
        Assert.Equal("loan.another_open", alone.Code);
    }

    [Fact]
    public async Task Given_the_third_loan_of_a_borrower_When_two_hundred_ask_for_the_last_Then_one_gets_it()
    {
        var person = TestPerson.Next();
        JsonObject PaidBack(int month)
        {
            var form = service.Form(person, month % 2 == 0 ? RegisterService.Liangzhou : RegisterService.Minqin);
            (form["contractedOn"], form["disbursedOn"], form["settledOn"]) = ($"2025-{month:00}-01", $"2025-{month:00}-01", $"2025-{month:00}-02");
            return form;
        }

        _ = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), PaidBack(1));
        _ = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), PaidBack(2));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => PutAsync(
            service.City, service.Path(Guid.CreateVersion7()), PaidBack(3 + i % 7))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(199, answers.Count(answer => answer.Code == "loan.too_many"));
    }

    [Fact]
    public async Task Given_contracts_handed_on_When_one_batch_does_it_Then_it_is_done()
    {
        var (a, _, first) = await service.GivenRecordAsync();
        var (b, _, second) = await service.GivenRecordAsync();
        var spare = (JsonObject)first.DeepClone();
        spare["contractNumber"] = $"{first["contractNumber"]}-旧";
        (first["contractNumber"], second["contractNumber"]) = ((string)second["contractNumber"]!, (string)first["contractNumber"]!);
        var batch = RegisterService.BatchOf((a, spare), (b, second), (a, first));
        (batch["items"]![0]!["revision"], batch["items"]![1]!["revision"], batch["items"]![2]!["revision"]) = (1, 1, 2);

        var answer = await PostAsync(service.City, "/loans/batch", batch);

        Assert.Equal(["corrected", "corrected", "corrected"], answer.Body!["results"]!.AsArray().Select(result => (string)result!["status"]!));
    }

    [Fact]
    public async Task Given_a_contract_number_When_it_comes_in_another_spelling_Then_it_is_the_same_number()
    {
        var (_, _, form) = await service.GivenRecordAsync();
        var other = service.Form(TestPerson.Next());
        other["contractNumber"] = ((string)form["contractNumber"]!).Replace("-", " － ", StringComparison.Ordinal);

        Assert.Equal("loan.contract_taken", (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), other)).Code);
    }

    [Fact]
    public async Task Given_a_loan_elsewhere_When_this_county_records_another_Then_it_is_not_told_where()
    {
        var (_, person, _) = await service.GivenRecordAsync(RegisterService.Minqin);
        using var liangzhou = service.County();

        var answer = await PutAsync(liangzhou, service.Path(Guid.CreateVersion7()), service.Form(person));

        Assert.Equal("loan.another_open", answer.Code);
        Assert.DoesNotContain("6206", answer.Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId, answer.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_cap_that_is_raised_by_document_When_a_larger_loan_comes_Then_the_day_of_payment_decides()
    {
        _ = await PutAsync(service.City, "/policy-parameters/loans.person_cap/2025-07-01",
            new JsonObject { ["value"] = 500_000, ["document"] = "甘人社通〔2025〕1号", ["verified"] = true });
        var (june, july) = (service.Form(TestPerson.Next()), service.Form(TestPerson.Next()));
        (june["amount"], june["disbursedOn"]) = (500_000, "2025-06-30");
        (july["amount"], july["disbursedOn"]) = (500_000, "2025-07-01");

        Assert.Equal("loan.over_cap", (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), june)).Code);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), july)).Status);
    }

    [Fact]
    public async Task Given_loans_When_filtered_Then_only_those_are_listed()
    {
        var (open, _, _) = await service.GivenRecordAsync("620622100");
        var (paid, _, _) = await service.GivenRecordAsync("620622100");
        _ = await PutAsync(service.City, $"{service.Path(paid)}/settlement", new JsonObject { ["settledOn"] = "2025-05-01" }, "\"1\"");

        async Task<string> ListAsync(string query) => (await GetAsync(service.City, $"/loans?{query}")).Body!.ToJsonString();

        Assert.Contains(paid.ToString(), await ListAsync("region=620622&open=false"), StringComparison.Ordinal);
        Assert.DoesNotContain(open.ToString(), await ListAsync("region=620622&open=false"), StringComparison.Ordinal);
        Assert.Contains(open.ToString(), await ListAsync("from=2025-03-05&to=2025-03-05&region=620622100"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> BadLoans => new()
    {
        { "person", """{"nationalId":"000602199001010013","name":"张三"}""", "person.id_area" },
        { "person", "\"622301198603151016\"", "request.malformed" },
        { "region", "\"620600\"", "loan.unknown_region" },
        { "borrowerKind", "\"micro-enterprise\"", "loan.borrower_class_unexpected" },
        { "borrowerClass", "null", "loan.borrower_class_required" },
        { "creditCode", "\"91620105224521729F\"", "loan.credit_code" },
        { "bank", "\"\"", "request.invalid" },
        { "bank", "\"622301198603151016\"", "request.id_number" },
        { "borrowerKind", "\"partnership\"", "loan.partners_required" },
        { "partners", "2", "loan.partners_unexpected" },
        { "partners", "1", "request.invalid" },
        { "contractNumber", "\"\\u200b\"", "loan.contract_number" },
        { "contractNumber", "\"借622301198603151016\"", "request.id_number" },
        { "amount", "1,000", "request.malformed" },
        { "contractNumber", $"\"{new string('9', 61)}\"", "request.invalid" },
        { "amount", "0", "loan.amount" },
        { "amount", "300000.01", "loan.over_cap" },
        { "amount", "99999999999999999999", "loan.amount" },
        { "annualRate", "6.5", "loan.over_rate" },
        { "annualRate", "3.12345", "loan.rate_precision" },
        { "disbursedOn", "\"2025-13-01\"", "request.malformed" },
        { "disbursedOn", "\"2025-11-02\"", "loan.in_future" },
        { "termMonths", "37", "loan.over_term" },
        { "termMonths", "0", "request.invalid" },
        { "termMonths", "12.5", "request.malformed" },
        { "settledOn", "\"2025-03-04\"", "loan.settled_before_disbursed" },
        { "settledOn", "\"2026-03-04\"", "loan.settled_in_future" },
        { "jobsCreated", "-1", "request.invalid" },
        { "jobsCreated", "3000000000", "request.malformed" },
        { "id", "1", "request.malformed" },
    };

    [Theory]
    [MemberData(nameof(BadLoans))]
    public async Task Given_a_loan_that_cannot_be_When_sent_Then_it_is_refused_and_nothing_is_stored(string member, string json, string code)
    {
        var (id, form) = (Guid.CreateVersion7(), service.Form(TestPerson.Next()));
        form.Remove(member);

        var answer = await PutTextAsync(service.City, service.Path(id), $"{form.ToJsonString()[..^1]},\"{member}\":{json}}}");

        Assert.Equal(code, answer.Code);
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.Equal(0, await service.ScalarAsync<long>($"select count(*) from loan where loan_id = '{id}'"));
    }
}
