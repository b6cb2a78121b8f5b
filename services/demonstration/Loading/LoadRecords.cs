using Wuwei.Demonstration.Gateway;
using Wuwei.Demonstration.Generator;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Loading;

/// <summary>
/// Registers the demonstration records as the departments of the counties would. Ids follow from the seed, so that a
/// second run, or one after an interruption, changes nothing that is there.
/// </summary>
public sealed class LoadRecords(GatewayClient gateway, Records records)
{
    // The last one of all is sent alone, when everything else was accepted: where it is, all is.
    private Loan Last => records.Loans[^1];

    public async Task<bool> IsCompleteAsync(CancellationToken cancellation) =>
        await gateway.FindAsync<object>($"loans-{RegionCode.City}", $"/api/loans/v1/loans/{Last.Id}", cancellation) is not null;

    public async Task RunAsync(CancellationToken cancellation)
    {
        await SendTotalsAsync(cancellation);
        await SendReportsAsync(cancellation);
        await LoadWatch.RunAsync(gateway, records.Enterprises, cancellation);
        await gateway.SendAsync("departures", "/api/labour-transfer/v1/departures/batch",
            records.Departures.GroupBy(departure => $"labour-transfer-{departure.Person.County}"), Body, cancellation);
        await gateway.SendAsync("trainings", "/api/training/v1/certified-trainings/batch",
            records.Trainings.GroupBy(training => $"training-{training.Person.County}"), Body, cancellation);
        await gateway.SendAsync("loans", "/api/loans/v1/loans/batch",
            records.Loans.SkipLast(1).GroupBy(loan => $"loans-{loan.Person.County}"), Body, cancellation);
        await gateway.SendAsync("last loan", "/api/loans/v1/loans/batch",
            new[] { Last }.GroupBy(loan => $"loans-{loan.Person.County}"), Body, cancellation);
    }

    private Task SendTotalsAsync(CancellationToken cancellation) => Batches.EachAsync(
        "monthly totals 2021–2024", records.Totals, _ => 1,
        (total, cancelled) => gateway.SendAsync<object>(
            $"{total.Service}-{total.County}", HttpMethod.Put,
            $"/api/{total.Service}/v1/historic-totals/{total.County}/{total.Measure}/{total.Month}",
            new { total.Quantity, total.Source, Synthetic = true }, cancelled),
        cancellation);

    // The city's bureau brings years gone by: written and locked at once.
    private Task SendReportsAsync(CancellationToken cancellation) => gateway.SendAsync(
        "reports and imports 2021–2025", "/api/indicator/v1/reports/batch", records.Reports.GroupBy(_ => $"indicator-{RegionCode.City}"),
        reports => new
        {
            Lock = true,
            Reports = reports.Select(report => new
            {
                report.Indicator,
                report.Region,
                Period = report.Period.ToString(),
                Value = report.Denominator is null ? report.Value : (decimal?)null,
                Numerator = report.Denominator is null ? null : (decimal?)report.Value,
                report.Denominator,
                Note = report.Source,
                report.Synthetic,
            }),
        },
        cancellation);

    private static object Body(Departure[] departures) => new
    {
        Items = departures.Select(departure => new
        {
            departure.Id,
            Record = new
            {
                Person = new { departure.Person.NationalId, departure.Person.Name },
                Region = departure.Person.Township,
                departure.DepartedOn,
                departure.ReturnedOn,
                Arrangement = departure.Organised ? "organised" : "self",
                Organiser = departure.Organised ? $"{RegionCode.Wuwei[departure.Person.County].Name}劳务工作办公室" : null,
                departure.Destination,
                departure.Industry,
                departure.MonthlyIncome,
                Synthetic = true,
            },
        }),
    };

    private static object Body(CertifiedTraining[] trainings) => new
    {
        Items = trainings.Select(training => new
        {
            training.Id,
            Record = new
            {
                Person = new { training.Person.NationalId, training.Person.Name },
                Region = training.Person.Township,
                Occupation = training.Occupation.Code,
                OccupationName = training.Occupation.Name,
                training.Level,
                CertificateKind = "skill-level",
                training.CertificateNumber,
                Institution = "演示培训学校",
                training.StartedOn,
                training.FinishedOn,
                training.CertifiedOn,
                training.Hours,
                Synthetic = true,
            },
        }),
    };

    private static object Body(Loan[] loans) => new
    {
        Items = loans.Select(loan => new
        {
            loan.Id,
            Record = new
            {
                Person = new { loan.Person.NationalId, loan.Person.Name },
                Region = loan.Person.Township,
                BorrowerKind = "person",
                loan.BorrowerClass,
                Bank = "演示银行",
                loan.ContractNumber,
                loan.Amount,
                loan.AnnualRate,
                loan.ContractedOn,
                loan.DisbursedOn,
                loan.TermMonths,
                JobsCreated = loan.Jobs,
                Synthetic = true,
            },
        }),
    };
}
