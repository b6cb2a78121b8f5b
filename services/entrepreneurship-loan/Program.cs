using Wuwei.Contracts.Facts;
using Wuwei.EntrepreneurshipLoan.Loans;
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
builder.AddRegister<LoanRegister>("loans", Measures.LoanBorrowers, Measures.LoanJobs);
builder.AddImport<LoanRegister, Loan, LoanForm>(LoanTable.Table, (form, id, protector, today) => form.Read(id, protector, today));
builder.Services.AddValidation();
builder.Services.AddOpenApi(options => options.Describe("loans", "创业担保贷款登记"));

var app = builder.Build();
app.UseServiceDefaults();
app.MapOpenApi("/openapi.json").AllowAnonymous();
app.MapRecords("/loans", "Loans",
    read: loans =>
    {
        GetLoan.Map(loans);
        ListLoans.Map(loans);
        ExportLoans.Map(loans);
    },
    write: loans =>
    {
        RecordLoan.Map(loans);
        SettleLoan.Map(loans);
        CancelLoan.Map(loans);
        loans.MapImport();
    });
app.MapPersons("/loans", "Loans");
app.MapRegister();
app.MapAudit("loans");
app.MapGroup("/messaging").RequireAnyRole(CallerRoles.Operator).MapMessaging();

await app.RunAsync();
