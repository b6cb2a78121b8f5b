using Wuwei.Indicator.Cases;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Decisions;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Layoffs;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Metadata;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Progress;
using Wuwei.Indicator.Quality;
using Wuwei.Indicator.Releases;
using Wuwei.Indicator.Reports;
using Wuwei.Indicator.Returns;
using Wuwei.Indicator.Targets;
using Wuwei.Indicator.Validation;
using Wuwei.Indicator.Warnings;
using Wuwei.Indicator.Watch;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator;

/// <summary>Every operation of the service, by noun.</summary>
internal static class IndicatorEndpoints
{
    /// <summary>Figures that are not published yet: whose tokens have it is on the list of those with access before publication.</summary>
    public const string Prerelease = "indicator.prerelease";

    public static void Map(RouteGroupBuilder api)
    {
        Refusing(api);
        MapPlan(api);
        MapFigures(api.MapGroup("").RequireScope(Prerelease));
    }

    // What is agreed: no figure of what was reached.
    private static void MapPlan(RouteGroupBuilder api)
    {
        var indicators = api.MapGroup("/indicators").WithTags("Catalogue");
        ListIndicators.Map(indicators);
        ReadIndicator.Map(indicators);
        DefineIndicator.Map(indicators);
        ListIndicatorVersions.Map(indicators);
        ListRegions.Map(api.MapGroup("").WithTags("Catalogue"));

        var decisions = api.MapGroup("/decisions").WithTags("Decisions");
        ListDecisions.Map(decisions);
        ReadDecision.Map(decisions);
        ChooseReading.Map(decisions);

        var progress = api.MapGroup("/progress").WithTags("Progress");
        ListProgressRules.Map(progress);
        SetProgressRule.Map(progress);

        var targets = api.MapGroup("/targets").WithTags("Targets");
        ListTargets.Map(targets);
        SetTargets.Map(targets);
        CheckTargets.Map(targets);
        ListTargetVersions.Map(targets);
        var submissions = targets.MapGroup("/submissions");
        ListTargetSubmissions.Map(submissions);
        SubmitTargets.Map(submissions);
        DecideTargets.Map(submissions);

        var validation = api.MapGroup("/validation").WithTags("Validation");
        ListValidationRules.Map(validation);
        SetValidationRule.Map(validation);
        SetPredictor.Map(validation);

        var metadata = api.MapGroup("/metadata").WithTags("Metadata");
        ExportMetadata.Map(metadata);
        ImportMetadata.Map(metadata);

        var policy = api.MapGroup("/policy-parameters").WithTags("Policy parameters");
        ListPolicyParameters.Map(policy);
        SetPolicyParameter.Map(policy.MapGroup("").RequireWriter("indicator").RequireAnyRole(CallerRoles.Approver));
    }

    // What was reached, and what it is made of.
    private static void MapFigures(RouteGroupBuilder api)
    {
        TryExpression.Map(api.MapGroup("").WithTags("Catalogue"));
        ProposeTargets.Map(api.MapGroup("/targets").WithTags("Targets"));

        var progress = api.MapGroup("/progress").WithTags("Progress");
        ListProgress.Map(progress);
        ReadProgress.Map(progress);

        var reports = api.MapGroup("/reports").WithTags("Reports");
        ListReports.Map(reports);
        ReadReporting.Map(reports);
        SetDueRule.Map(reports);
        ReadForm.Map(reports);
        ImportReports.Map(reports);
        WriteReports.Map(reports);
        MoveReports.Map(reports);
        ReadReport.Map(reports);
        WriteReport.Map(reports);
        MoveReport.Map(reports);

        var observations = api.MapGroup("/observations").WithTags("Observations");
        ListObservations.Map(observations);
        ReadPivot.Map(observations);
        ReadObservation.Map(observations);
        ListObservationFacts.Map(observations);

        var releases = api.MapGroup("/releases").WithTags("Releases");
        ReadReleases.Map(releases);
        ReleasePeriod.Map(releases);

        var validation = api.MapGroup("/validation").WithTags("Validation");
        Validate.Map(validation);
        Predict.Map(validation);
        ReadQuality.Map(api.MapGroup("").WithTags("Quality"));

        var ledger = api.MapGroup("/ledger").WithTags("Ledger");
        ReadLedger.Map(ledger);
        ListLedgerFacts.Map(ledger);
        ListParkedFacts.Map(ledger);
        RebuildLedger.Map(ledger);

        var enterprises = api.MapGroup("/enterprises").WithTags("Unemployment watch");
        ListEnterprises.Map(enterprises);
        RecordEnterprise.Map(enterprises);
        SubmitReturn.Map(enterprises);
        var watch = api.MapGroup("/watch").WithTags("Unemployment watch");
        ReadWatch.Map(watch);
        ListReturns.Map(watch);
        var layoffs = api.MapGroup("/layoffs").WithTags("Unemployment watch");
        ListLayoffs.Map(layoffs);
        RecordLayoff.Map(layoffs);

        var cases = api.MapGroup("/cases").WithTags("Labour inspection cases");
        ListCases.Map(cases);
        RecordCase.Map(cases);
        ClosingRate.Map(cases);

        var warnings = api.MapGroup("/warnings").WithTags("Warnings");
        ListWarnings.Map(warnings);
        MoveWarning.Map(warnings);
        SetFigureRule.Map(warnings.MapGroup("/rules"));
    }

    /// <summary>What the public may know, for clients that may read nothing else.</summary>
    public static void MapOpen(RouteGroupBuilder open)
    {
        Refusing(open);
        OpenData.Map(open.WithTags("Open data"));
    }

    private static void Refusing(RouteGroupBuilder group) => group
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
}
