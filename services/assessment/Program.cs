using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using Wuwei.Contracts;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase();
builder.AddAudit();
builder.AddMessaging(m => m
    .Subscribe<ObservationChanged, StoreObservations>(Subscription.AssessmentObservations)
    .Subscribe<TargetChanged, StoreTargets>(Subscription.AssessmentTargets));
builder.Services.AddSingleton<ScoreReader>().AddSingleton<ScoreDocuments>();
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("assessment", "考核评估"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();

var schemes = app.MapGroup("/schemes").WithTags("Schemes").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
ReadSchemes.Map(schemes);
PutScheme.Map(schemes);

var scores = app.MapGroup("/scores").WithTags("Scores").RequireScope("assessment.read")
    .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
GetScores.Map(scores);
GetRegionScore.Map(scores);
ExplainItem.Map(scores);
app.MapAudit("assessment");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();
