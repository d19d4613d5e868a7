using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>EF Core, whose interceptor sets the path of each connection that it opens; nobody asks whether the caller may.</summary>
internal sealed class EfCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize }.ConnectionString);

    public string Name => "EF Core with a search_path interceptor, no membership check";

    public async Task<BenchProject?> ReadAsync(int tenant, Guid id)
    {
        await using var context = Open(tenant);
        return await context.Projects.AsNoTracking().Where(project => project.Id == id).SingleOrDefaultAsync();
    }

    public async Task<IReadOnlyList<BenchProject>> PageAsync(int tenant)
    {
        await using var context = Open(tenant);
        return await context.Projects.AsNoTracking().OrderBy(project => project.Id).Take(20).ToListAsync();
    }

    public async Task WriteAsync(int tenant)
    {
        await using var context = Open(tenant);
        context.Projects.Add(new BenchProject { Id = Guid.CreateVersion7(), Name = "made by the benchmark", Status = "active", CreatedBy = fleet.Database.UserId, CreatedAt = DateTime.UnixEpoch, UpdatedAt = DateTime.UnixEpoch });
        await context.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private Context Open(int tenant) => new(new DbContextOptionsBuilder<Context>().UseNpgsql(source).AddInterceptors(new Path(fleet.Schemas[tenant])).Options);

    private sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        public DbSet<BenchProject> Projects => Set<BenchProject>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<BenchProject>(project =>
        {
            project.ToTable("projects").HasKey(row => row.Id);
            foreach (var (property, column) in new[] { ("Id", "id"), ("Name", "name"), ("Description", "description"), ("Status", "status"), ("CreatedBy", "created_by"), ("CreatedAt", "created_at"), ("UpdatedAt", "updated_at") })
                project.Property(property).HasColumnName(column);
        });
    }

    private sealed class Path(string schema) : DbConnectionInterceptor
    {
        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"set search_path = {schema}";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
