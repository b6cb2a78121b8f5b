using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Targets;

namespace Wuwei.Indicator;

/// <summary>Every operation of the service, by noun.</summary>
internal static class IndicatorEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        var indicators = api.MapGroup("/indicators").WithTags("Catalogue");
        ListIndicators.Map(indicators);
        ReadIndicator.Map(indicators);
        ListRegions.Map(api.MapGroup("").WithTags("Catalogue"));

        var targets = api.MapGroup("/targets").WithTags("Targets");
        ListTargets.Map(targets);
        SetTargets.Map(targets);

        var reports = api.MapGroup("/reports").WithTags("Reports");
        ListReports.Map(reports);
        WriteReports.Map(reports);
        ReadReport.Map(reports);
        WriteReport.Map(reports);
        MoveReport.Map(reports);

        var observations = api.MapGroup("/observations").WithTags("Observations");
        ListObservations.Map(observations);
        ReadObservation.Map(observations);
        ListObservationFacts.Map(observations);

        var ledger = api.MapGroup("/ledger").WithTags("Ledger");
        ReadLedger.Map(ledger);
        ListLedgerFacts.Map(ledger);
        ListParkedFacts.Map(ledger);
        RebuildLedger.Map(ledger);
    }
}
