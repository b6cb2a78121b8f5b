using Microsoft.Extensions.Options;
using Wuwei.Register.Jobs;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>How a register takes in files.</summary>
internal static class ImportHost
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds the import of a table, and the worker that applies it.</summary>
        /// <param name="table">Its columns fill the members of <typeparamref name="TForm"/>.</param>
        /// <param name="read">What the single endpoint asks of the body.</param>
        public void AddImport<TRegister, TRecord, TForm>(Table table, Func<TForm, Guid, PersonalDataProtector, DateOnly, Decision<TRecord>> read)
            where TRegister : Register<TRecord>
            where TRecord : Registered
            where TForm : class
        {
            builder.Services.AddOptions<ImportOptions>().BindConfiguration("Imports").ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddOptions<JobOptions>().BindConfiguration("Jobs").ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddSingleton(table);
            builder.Services.AddSingleton<Reception>();
            builder.Services.AddSingleton<ImportFiles>();
            builder.Services.AddSingleton<ImportRows>();
            builder.Services.AddSingleton<JobRows>();
            builder.Services.AddSingleton<JobSignal>();
            builder.Services.AddSingleton(services => new JudgedRows<TRecord, TForm>(
                table, read, services.GetRequiredService<PersonalDataProtector>(), services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<IOptions<ImportOptions>>()));
            builder.Services.AddSingleton<Register<TRecord>>(services => services.GetRequiredService<TRegister>());
            builder.Services.AddSingleton<IJobKind, ImportJob<TRecord, TForm>>();
            builder.Services.AddHostedService<JobWorker>();
        }
    }

    extension(IEndpointRouteBuilder records)
    {
        /// <summary>Maps <c>imports</c> below a noun, for those who may write it.</summary>
        public void MapImport()
        {
            ImportTemplate.Map(records);
            SendImport.Map(records, records.ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value);
        }
    }
}
