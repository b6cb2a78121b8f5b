using Wuwei.Contracts;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator;
using Wuwei.Indicator.Cases;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Progress;
using Wuwei.Indicator.Releases;
using Wuwei.Indicator.Warnings;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase();
builder.AddAudit();
builder.AddMessaging(m => m.Subscribe<FactsRecorded, FoldFacts>(Subscription.IndicatorFacts));
builder.Services.AddSingleton<IndicatorCatalogue>().AddSingleton<MeasureBook>().AddSingleton<LedgerMetrics>();
builder.Services.AddSingleton<Provenance>().AddSingleton<ObservationChanges>().AddSingleton<Fold>().AddHostedService<KeepPartitions>();
builder.Services.AddSingleton<IWarningRule, JobLossRule>().AddSingleton<IWarningRule, OverdueReturnsRule>().AddSingleton<IWarningRule, LayoffWarningRule>()
    .AddSingleton<IWarningRule, ArrearsWarningRule>().AddSingleton<IWarningRule, ProgressWarningRule>().AddSingleton<IWarningRule, FigureWarningRule>();
builder.Services.AddSingleton<WarningSignal>().AddSingleton<WarningEvaluation>().AddHostedService<WatchWarnings>().AddHostedService<FillDueDays>();
PolicyParameter.RegisterTables();
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("indicator", "就业指标与事实台账"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();
IndicatorEndpoints.Map(app.MapGroup("").RequireScope("indicator.read"));
IndicatorEndpoints.MapOpen(app.MapGroup("/open").RequireScope(OpenData.Scope));
app.MapAudit("indicator");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();
