using Wuwei.Demonstration.Generator;
var r = new Records();
Console.WriteLine($"{r.Departures.Count} {r.Trainings.Count} {r.Loans.Count} {r.Totals.Count} {r.Reports.Count}");
