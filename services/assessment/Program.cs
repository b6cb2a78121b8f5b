using Wuwei.Assessment;
using Wuwei.Assessment.Appeals;
using Wuwei.Assessment.Entries;
using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Panels;
using Wuwei.Assessment.Publications;
using Wuwei.Assessment.Reports;
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
builder.Services.AddSingleton<UncertaintyWorker>().AddHostedService(services => services.GetRequiredService<UncertaintyWorker>());
builder.Services.AddSingleton<PublicationKeys>().AddOptions<PublicationOptions>().BindConfiguration("Publications");
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("assessment", "考核评估"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();

var schemes = Group("schemes", "Schemes");
ReadSchemes.Map(schemes);
PutScheme.Map(schemes);
ApproveScheme.Map(schemes);
CompareSchemes.Map(schemes);
PrintMethodCard.Map(schemes);

var table = Group("scores", "Scores").RequirePrereleaseOfAll();
var scores = Group("scores", "Scores").RequirePrerelease();
GetScores.Map(table);
CompareOfficial.Map(table);
GetRegionScore.Map(scores);
ExplainItem.Map(scores);
ExplainTree.Map(scores);

var evaluations = Group("evaluations", "Evaluations");
ReadEvaluations.Map(evaluations);
WriteReport.Map(evaluations);
ExportSheets.Map(evaluations);
OpenEvaluation.Map(evaluations);
AssessSelf.Map(evaluations);
CheckData.Map(evaluations);
CheckField.Map(evaluations);
ReturnSheet.Map(evaluations);
ScoreEvaluation.Map(evaluations);
NoticeEvaluation.Map(evaluations);
ApproveEvaluation.Map(evaluations);
SetLetterhead.Map(evaluations);
RequireRectification.Map(evaluations);
ReportRectification.Map(evaluations);

var appeals = Group("appeals", "Appeals");
ReadAppeals.Map(appeals);
FileAppeal.Map(appeals);
DecideAppeal.Map(appeals);

var publications = Group("publications", "Publications");
ReadPublications.Map(publications);
ProposePublication.Map(publications);
ReadProposals.Map(publications);
DecideProposal.Map(publications);

var tasks = Group("tasks", "Tasks");
ReadTasks.Map(tasks);
AssignTask.Map(tasks);
ReportProgress.Map(tasks);
SuperviseTask.Map(tasks);
ReviewCompletion.Map(tasks);

// Without a token: docs/adr/0056-verification-without-a-token.md.
VerifyPublications.Map(app.MapGroup("/verification").WithTags("Verification").AllowAnonymous());

ListWarnings.Map(Group("warnings", "Warnings").RequirePrerelease());

var entries = Group("entries", "Entries");
PutEntry.Map(entries);
ReadEntries.Map(entries);

var evidence = Group("evidence", "Evidence");
SendEvidence.Map(evidence);
ReadEvidence.Map(evidence);
VerifyEvidence.Map(evidence);

var panels = Group("panels", "Panels");
ReadPanels.Map(panels);
SetPanel.Map(panels);
ScoreInPanel.Map(panels);

var robustness = Group("robustness", "Robustness").RequirePrereleaseOfAll();
AnalyseScores.Map(robustness);
ShowHistory.Map(robustness);
TryWhatIf.Map(robustness);
RunUncertainty.Map(robustness);
RunSensitivity.Map(robustness);
LongUncertainty.Map(robustness, Group("uncertainty-runs", "Robustness").RequirePrereleaseOfAll());
Scenarios.Map(Group("scenarios", "Robustness").RequirePrereleaseOfAll());

app.MapAudit("assessment");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();

RouteGroupBuilder Group(string path, string tag) => app.MapGroup($"/{path}").WithTags(tag).RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
