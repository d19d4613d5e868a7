using Dapper;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fleet;

/// <summary>A database with tenants for each test, and scripts that they lack.</summary>
internal abstract class FleetFixture
{
    protected const string CreateNotes = "create table notes (id uuid primary key);";

    protected TestDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task PrepareAsync() => Database = await TestDatabase.CreateAsync(CancellationToken.None);

    [TearDown]
    public async Task CleanAsync() => await Database.DisposeAsync();

    /// <summary>Makes org-1, org-2, …, in this order; answers their schemas.</summary>
    protected async Task<IReadOnlyList<string>> AddOrgsAsync(int count)
    {
        var admin = await Database.AddUserAsync("ada@example.com", CancellationToken.None);
        var schemas = new List<string>();
        for (var i = 1; i <= count; i++) schemas.Add(SchemaName.For(await Database.AddOrgAsync($"org-{i}", admin, CancellationToken.None)).Value);
        return schemas;
    }

    /// <summary>The built-in scripts and further ones, with their ways back.</summary>
    protected static ScriptSet With(params (string Up, string? Down)[] further) => new(ScriptSet.Tenant.Scripts.Concat(
        further.Select((script, index) => new MigrationScript(index + 4, $"{index + 4:0000}_change", script.Up, script.Down))));

    protected static ScriptSet WithNotes { get; } = With((CreateNotes, "drop table notes;"));

    protected FleetMigrator Fleet(ScriptSet scripts) => new(Database.Database.Owner, scripts);

    protected Task<FleetReport> MigrateAsync(ScriptSet scripts, FleetOptions? options = null, Action<TenantMigration>? done = null, CancellationToken cancellationToken = default) =>
        Fleet(scripts).MigrateAsync(options ?? new FleetOptions(), new Inline(done), cancellationToken);

    protected async Task AdminAsync(string sql)
    {
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync(sql);
    }

    protected async Task<T?> AdminAsync<T>(string sql, object? parameters = null)
    {
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        return await admin.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>How many tenants are at a version by the registry, have its script in their journal, and have its table: the same number, or one is torn.</summary>
    protected async Task<long> CountWholeAsync(int version, string table)
    {
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        var schemas = (await admin.QueryAsync<string>("select schema_name from public.tenants where version = @version", new { version })).AsList();
        var tables = await admin.QueryAsync<string>("select schemaname::text from pg_tables where tablename = @table and schemaname <> 'public'", new { table });
        Assert.That(tables, Is.EquivalentTo(schemas), "those at the version have its table, and nobody else has");
        foreach (var schema in schemas)
            Assert.That(await admin.ExecuteScalarAsync<long>($"select count(*) from {schema}.migration_journal"), Is.EqualTo(version), schema);
        return schemas.Count;
    }

    private sealed class Inline(Action<TenantMigration>? done) : IProgress<TenantMigration>
    {
        public void Report(TenantMigration value) => done?.Invoke(value);
    }
}
