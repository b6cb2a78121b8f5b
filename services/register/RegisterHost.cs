using Wuwei.Outbox.Exports;
using Wuwei.Register.Files;
using Wuwei.Register.HistoricTotals;
using Wuwei.Register.Jobs;
using Wuwei.Register.Persons;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register;

/// <summary>Which register this is.</summary>
/// <param name="Name">The service's public name: in paths, scopes, tokens and facts.</param>
/// <param name="Measures">What it counts, of <see cref="Contracts.Facts.Measures"/>.</param>
internal sealed record RegisterIdentity(string Name, IReadOnlyList<string> Measures);

/// <summary>What the registers set up the same way.</summary>
internal static class RegisterHost
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds the register of a service, and what it needs for personal data.</summary>
        public IHostApplicationBuilder AddRegister<TRegister>(string name, params string[] measures) where TRegister : class, IPersons
        {
            PolicyParameter.RegisterTables();
            builder.AddPersonalData();
            builder.Services.AddSingleton(new RegisterIdentity(name, measures));
            builder.Services.AddSingleton<TRegister>().AddSingleton<IPersons>(services => services.GetRequiredService<TRegister>());
            builder.AddExports();
            return builder;
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Maps a noun: everyone with the service's read scope may read; <paramref name="read"/> and <paramref name="write"/> add the use cases.</summary>
        public void MapRecords(string path, string tag, Action<IEndpointRouteBuilder> read, Action<IEndpointRouteBuilder> write)
        {
            var name = app.Services.GetRequiredService<RegisterIdentity>().Name;
            read(app.MapGroup(path).WithTags(tag).RequireScope($"{name}.read"));
            write(app.MapGroup(path).WithTags(tag).RequireWriter(name));
        }

        /// <summary>Maps what concerns the persons of records: the reveal, and their sealing under another key.</summary>
        public void MapPersons(string path, string tag)
        {
            app.MapRecords(path, tag, read: _ => { }, write: persons => RevealPerson.Map(((RouteGroupBuilder)persons).RequireAnyRole(CallerRoles.Revealer)));
            app.MapRecords("/personal-data", "Personal data", read: data => RotateKeys.Map(((RouteGroupBuilder)data).RequireAnyRole(CallerRoles.Operator)), write: _ => { });
        }

        /// <summary>Maps historic totals, policy parameters and jobs.</summary>
        public void MapRegister()
        {
            app.MapRecords("/historic-totals", "Historic totals", ListHistoricTotals.Map, RecordHistoricTotal.Map);
            app.MapRecords("/policy-parameters", "Policy parameters", ListPolicyParameters.Map,
                write => SetPolicyParameter.Map(((RouteGroupBuilder)write).RequireAnyRole(CallerRoles.Approver)));
            app.MapRecords("/jobs", "Jobs", read: _ => { }, write: jobs =>
            {
                ReadJob.Map(jobs);
                CancelJob.Map(jobs);
                ReadImportErrors.Map(jobs);
            });
        }
    }
}
