using Wuwei.Contracts.Facts;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.Register.Files;
using Wuwei.ServiceDefaults;
using Wuwei.Training.CertifiedTrainings;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase();
builder.AddAudit();
builder.AddMessaging();
builder.AddRegister<TrainingRegister>("training", Measures.TrainingPersonTimes);
builder.AddImport<TrainingRegister, CertifiedTraining, CertifiedTrainingForm>(CertifiedTrainingTable.Table, (form, id, protector, today) => form.Read(id, protector, today));
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("training", "职业技能培训登记"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();
app.MapRecords("/certified-trainings", "Certified trainings",
    read: trainings =>
    {
        GetCertifiedTraining.Map(trainings);
        ListCertifiedTrainings.Map(trainings);
        ExportCertifiedTrainings.Map(trainings);
    },
    write: trainings =>
    {
        RecordCertifiedTraining.Map(trainings);
        CancelCertifiedTraining.Map(trainings);
        trainings.MapImport();
    });
app.MapPersons("/certified-trainings", "Certified trainings");
app.MapRegister();
app.MapAudit("training");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();
