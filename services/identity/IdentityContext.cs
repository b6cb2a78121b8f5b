using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wuwei.Identity.SigningKeys;

namespace Wuwei.Identity;

/// <summary>Clients, and the keys that sign. The one place where EF lives: OpenIddict's store is made of it.</summary>
public sealed class IdentityContext(DbContextOptions<IdentityContext> options) : DbContext(options)
{
    internal DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<SigningKey>(key =>
    {
        // 0001 is EF's own script of OpenIddict's tables; ours is written by hand in 0002.
        key.ToTable("signing_key", table => table.ExcludeFromMigrations());
        key.HasKey(k => k.KeyId);
        key.Property(k => k.KeyId).HasColumnName("key_id");
        key.Property(k => k.SignsFrom).HasColumnName("signs_from");
        key.Property(k => k.PrivateKey).HasColumnName("private_key");
    });
}

internal static class IdentityStore
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds the database of connection string <c>database</c>; its schema comes from Migrations/.</summary>
        public void AddIdentityStore()
        {
            builder.Services.AddDbContext<IdentityContext>(options => options
                .UseNpgsql(builder.Configuration.GetConnectionString("database"))
                .UseOpenIddict());
            builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database", timeout: TimeSpan.FromSeconds(3));
        }
    }

    private sealed class DatabaseCheck(IdentityContext database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await database.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
    }
}
