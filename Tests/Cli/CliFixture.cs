using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Cli;

/// <summary>A prepared database for each test of a command.</summary>
internal abstract class CliFixture
{
    protected TestDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task PrepareAsync() => Database = await TestDatabase.CreateAsync(CancellationToken.None);

    [TearDown]
    public async Task CleanAsync() => await Database.DisposeAsync();

    protected Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync(Database, args);

    protected Task<CliRun> CreateAsync(string slug) => RunAsync("create", slug, "--name", slug, "--admin", "ada@example.com", "--json");

    protected async Task<string> CreateSchemaAsync(string slug) => (await CreateAsync(slug)).Json.GetProperty("schema").GetString()!;

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

    /// <summary>As if a tenant had been made before the newest script was written.</summary>
    protected Task SetBackAsync(string schema) => AdminAsync(
        $"""
        drop table {schema}.events;
        delete from {schema}.migration_journal where name = '0004_create_events';
        update public.tenants set version = 3 where schema_name = '{schema}';
        """);
}
