using Wuwei.ServiceDefaults;

namespace Wuwei.Demonstration.Generator;

/// <summary>Everything the demonstration registers; the same on every machine.</summary>
public sealed class Records
{
    private const int Workers = 73_500;
    private const int Trainees = 4_550;
    private const int Borrowers = 600;

    /// <param name="share">Of the people; less than all where it is not their number that matters.</param>
    public Records(double share = 1)
    {
        var (numberOfWorkers, trainees, borrowers) = ((int)(Workers * share), (int)(Trainees * share), (int)(Borrowers * share));
        var people = new People();
        var workers = people.Make("workers", numberOfWorkers);
        // Two trainees in five are among those who leave for work; borrowers stay.
        var leaving = workers.GroupBy(worker => worker.County).SelectMany(county => county.Take(county.Count() * 2 / 5 * trainees / numberOfWorkers));
        var staying = people.Make("trainees", trainees - leaving.Count());
        Departures = [.. Generator.Departures.Make(workers)];
        Trainings = [.. Generator.Trainings.Make([.. leaving, .. staying])];
        // Women may borrow until 55.
        Loans = [.. Generator.Loans.Make(people.Make("borrowers", borrowers, oldest: new(1971, 1, 1)))];
        Totals = [.. Generator.Totals.Make()];
        Reports = [.. Generator.Reports.All()];
        Enterprises = [.. Watch.Make()];
    }

    public IReadOnlyList<Departure> Departures { get; }

    public IReadOnlyList<CertifiedTraining> Trainings { get; }

    public IReadOnlyList<Loan> Loans { get; }

    public IReadOnlyList<Total> Totals { get; }

    public IReadOnlyList<Report> Reports { get; }

    public IReadOnlyList<Enterprise> Enterprises { get; }

    /// <summary>What the ledger comes to, by measure, county and month, when all of this has arrived.</summary>
    public IReadOnlyDictionary<(string Measure, string County, Period Month), int> Expected() =>
        Generator.Totals.Count(Departures, Trainings, Loans)
            .Concat(Totals.Select(total => KeyValuePair.Create((total.Measure, total.County, total.Month), total.Quantity)))
            .ToDictionary();
}
