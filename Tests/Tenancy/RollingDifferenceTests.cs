using System.Net.Http.Json;
using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>A fleet in the midst of a migration: tenants at two versions on one connection, and one of them altered under load.</summary>
internal sealed class RollingDifferenceTests
{
    private const string Prepared = ";Max Auto Prepare=50;Auto Prepare Min Usages=1";
    private const string Query = "select name, description from projects where revision = @revision order by id";

    [Test, CancelAfter(60_000)]
    public async Task Reads_of_tenants_at_two_versions_answer_while_one_is_altered(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var old = await AddAsync(database, "old", cancellationToken);
        var altered = await AddAsync(database, "altered", cancellationToken);
        var options = database.Options();
        (options.DataConnection, options.DataPoolSize) = (options.DataConnection + Prepared, 1);
        await using var tenants = new TenantDatabase(options);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        var altering = AlterAsync(database, altered, done.Token);
        for (var i = 0; i < 100; i++)
        {
            Assert.That(await ReadAsync(tenants, old), Is.EqualTo([("old", "text")]));
            Assert.That(await ReadAsync(tenants, altered), Is.EqualTo([("altered", "text")]));
        }

        await done.CancelAsync();
        Assert.That(await altering, Is.GreaterThan(5), "it was altered meanwhile");
    }

    [Test, CancelAfter(60_000)]
    public async Task The_control_without_our_connection_fails_with_0A000(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var altered = await AddAsync(database, "altered", cancellationToken);
        var schema = await SchemaAsync(database, altered, cancellationToken);
        await using var source = NpgsqlDataSource.Create(database.Logins.Data + Prepared + ";Pooling=true");
        await using var raw = await source.OpenConnectionAsync(cancellationToken);
        async Task Read()
        {
            await using var transaction = await raw.BeginTransactionAsync(cancellationToken);
            await raw.ExecuteAsync($"set local role {schema};");
            await raw.ExecuteAsync($"set local search_path = {schema};");
            await raw.QueryAsync<(string, string)>(Query, new { revision = 1 });
        }

        await Read();
        await Read();
        await AlterOnceAsync(database, schema, "varchar(100)", cancellationToken);
        Assert.That(Read, Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.FeatureNotSupported));
    }

    [Test, CancelAfter(60_000)]
    public async Task Writes_over_HTTP_succeed_while_their_table_is_altered(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var app = TestApp.StartOn(database, ("ConnectionStrings:Data", database.Logins.Data + Prepared), ("Tenancy:DataPoolSize", "1"));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        var schema = await SchemaAsync(database, null, cancellationToken);
        var made = await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "x" });
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        var project = $"/api/orgs/acme/projects/{made.Json.GetProperty("id").GetString()}";

        for (var i = 0; i < 12; i++)
        {
            await AlterOnceAsync(database, schema, i % 2 == 0 ? "varchar(100)" : "text", cancellationToken);
            using var patched = await ada.PatchAsJsonAsync(project, new { description = $"{i}" }, cancellationToken);
            Assert.That((int)patched.StatusCode, Is.EqualTo(200), await patched.Content.ReadAsStringAsync(cancellationToken));
            var seen = await Answer.ToAsync(ada, HttpMethod.Get, project);
            Assert.That(seen.Status, Is.EqualTo(200), seen.Body);
            Assert.That(seen.Json.GetProperty("description").GetString(), Is.EqualTo($"{i}"));
        }
    }

    private static async Task<TenantScope> AddAsync(TestDatabase database, string slug, CancellationToken cancellationToken)
    {
        var scope = await database.AddTenantAsync(slug, cancellationToken);
        await using var tenants = new TenantDatabase(database.Options());
        await using var connection = tenants.CreateConnection(scope);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("insert into projects (id, name, description, created_by) values (@id, @slug, 'text', @id)", new { id = Guid.CreateVersion7(), slug });
        await transaction.CommitAsync(cancellationToken);
        return scope;
    }

    private static async Task<IEnumerable<(string, string)>> ReadAsync(TenantDatabase tenants, TenantScope scope)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await connection.QueryAsync<(string, string)>(Query, new { revision = 1 });
    }

    private static async Task<int> AlterAsync(TestDatabase database, TenantScope scope, CancellationToken stop)
    {
        var schema = await SchemaAsync(database, scope, CancellationToken.None);
        var times = 0;
        while (!stop.IsCancellationRequested)
            await AlterOnceAsync(database, schema, times++ % 2 == 0 ? "varchar(100)" : "text", CancellationToken.None);
        return times;
    }

    private static async Task AlterOnceAsync(TestDatabase database, string schema, string type, CancellationToken cancellationToken)
    {
        await using var owner = await database.Database.Owner.OpenAsync(cancellationToken);
        await owner.ExecuteAsync($"alter table {schema}.projects alter column description type {type}");
    }

    private static async Task<string> SchemaAsync(TestDatabase database, TenantScope? scope, CancellationToken cancellationToken)
    {
        await using var owner = await database.Database.Owner.OpenAsync(cancellationToken);
        return await owner.QuerySingleAsync<string>(
            "select schema_name from public.tenants join public.orgs o using (id) where @slug is null or o.slug = @slug", new { slug = scope?.Org.Value });
    }
}
