using Wuwei.Contracts.Facts;
using Wuwei.LabourTransfer.Departures;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.Register.Files;
using Wuwei.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddDatabase();
builder.AddAudit();
builder.AddMessaging();
builder.AddRegister<DepartureRegister>("labour-transfer", Measures.LabourTransferPersons);
builder.AddImport<DepartureRegister, Departure, DepartureForm>(DepartureTable.Table, (form, id, protector, today) => form.Read(id, protector, today));
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("labour-transfer", "劳务输转登记"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();
app.MapRecords("/departures", "Departures",
    read: departures =>
    {
        GetDeparture.Map(departures);
        ListDepartures.Map(departures);
        ExportDepartures.Map(departures);
    },
    write: departures =>
    {
        RecordDeparture.Map(departures);
        RecordReturn.Map(departures);
        CancelDeparture.Map(departures);
        departures.MapImport();
    });
app.MapPersons("/departures", "Departures");
app.MapRegister();
app.MapAudit("labour-transfer");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();
