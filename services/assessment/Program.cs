using Wuwei.Assessment.Entries;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Robustness;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using Wuwei.Assessment.Tasks;
using Wuwei.Assessment.Warnings;
using Wuwei.Contracts;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Contracts.Warnings;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase();
builder.AddAudit();
builder.AddMessaging(m => m
    .Subscribe<ObservationChanged, StoreObservations>(Subscription.AssessmentObservations)
    .Subscribe<TargetChanged, StoreTargets>(Subscription.AssessmentTargets)
    .Subscribe<WarningChanged, StoreWarnings>(Subscription.AssessmentWarnings));
builder.Services.AddSingleton<ScoreReader>().AddSingleton<ScoreDocuments>().AddSingleton<AnalysisTurns>();
builder.Services.AddSingleton<PublicationKeys>().AddOptions<PublicationOptions>().BindConfiguration("Publications");
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("assessment", "考核评估"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();

var schemes = app.MapGroup("/schemes").WithTags("Schemes").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
ReadSchemes.Map(schemes);
PutScheme.Map(schemes);
CompareSchemes.Map(schemes);
PrintMethodCard.Map(schemes);

var scores = app.MapGroup("/scores").WithTags("Scores").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
GetScores.Map(scores);
GetRegionScore.Map(scores);
ExplainItem.Map(scores);
ExplainTree.Map(scores);

var publications = app.MapGroup("/publications").WithTags("Publications").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
ReadPublications.Map(publications);
ProposePublication.Map(publications);
ReadProposals.Map(publications);
DecideProposal.Map(publications);

var tasks = app.MapGroup("/tasks").WithTags("Tasks").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
ReadTasks.Map(tasks);
AssignTask.Map(tasks);
ReportProgress.Map(tasks);
SuperviseTask.Map(tasks);
ReviewCompletion.Map(tasks);

// Without a token: docs/adr/0056-verification-without-a-token.md.
VerifyPublications.Map(app.MapGroup("/verification").WithTags("Verification").AllowAnonymous());

ListWarnings.Map(app.MapGroup("/warnings").WithTags("Warnings").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden));

var entries = app.MapGroup("/entries").WithTags("Entries").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
PutEntry.Map(entries);
ReadEntries.Map(entries);

var robustness = app.MapGroup("/robustness").WithTags("Robustness").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
AnalyseScores.Map(robustness);
TryWhatIf.Map(robustness);
RunUncertainty.Map(robustness);
RunSensitivity.Map(robustness);

var scenarios = app.MapGroup("/scenarios").WithTags("Robustness").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
Scenarios.Map(scenarios);
app.MapAudit("assessment");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();
