using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Attacks;

/// <summary>Two orgs: one whose member attacks, and one whose name, people and rows the other must never learn.</summary>
internal sealed class AttackedDatabase : IAsyncDisposable
{
    public const string Secret = "quetzal-plans";
    private const string VictimSlug = "zebra-industries";

    private readonly TestDatabase database;

    private AttackedDatabase(TestDatabase database)
    {
        this.database = database;
        Tenants = new TenantDatabase(database.Options());
    }

    public TestDatabase Database => database;

    public TenantDatabase Tenants { get; }

    public TenantScope Attacker { get; private set; } = null!;

    public TenantScope Victim { get; private set; } = null!;

    public string AttackerSchema { get; private set; } = "";

    public string VictimSchema { get; private set; } = "";

    public static async Task<AttackedDatabase> CreateAsync(CancellationToken cancellationToken) =>
        await CreateAsync(await TestDatabase.CreateAsync(cancellationToken), cancellationToken);

    public static async Task<AttackedDatabase> CreateAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var attacked = new AttackedDatabase(database);
        (attacked.Attacker, attacked.AttackerSchema) = await attacked.AddAsync("acme", "own", cancellationToken);
        (attacked.Victim, attacked.VictimSchema) = await attacked.AddAsync(VictimSlug, Secret, cancellationToken);
        await using var admin = await attacked.database.OpenAdminAsync(cancellationToken);
        // Statistics hold samples of the rows, and a large object belongs to no schema.
        await admin.ExecuteAsync("analyze;");
        await admin.ExecuteAsync($"select lo_from_bytea(4711, '{Secret}'::bytea)");
        return attacked;
    }

    /// <summary>The attacker knows the schemas' names: the catalogs list them.</summary>
    public string Fill(string sql) => sql
        .Replace("{victim}", VictimSchema, StringComparison.Ordinal)
        .Replace("{attacker}", AttackerSchema, StringComparison.Ordinal)
        .Replace("{db}", new NpgsqlConnectionStringBuilder(database.AdminConnection).Database, StringComparison.Ordinal);

    /// <summary>What of the victim's stands in a text.</summary>
    public static IEnumerable<string> SecretsIn(string text) =>
        ((string[])[Secret, VictimSlug, Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Secret))]).Where(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    public TenantDatabase OpenPoolOfOne()
    {
        var options = database.Options();
        options.DataPoolSize = 1;
        return new TenantDatabase(options);
    }

    public static async Task<IEnumerable<string>> NamesAsync(TenantDatabase tenants, TenantScope scope)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await connection.QueryAsync<string>("select name from projects order by name");
    }

    public async ValueTask DisposeAsync()
    {
        await Tenants.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<(TenantScope Scope, string Schema)> AddAsync(string slug, string project, CancellationToken cancellationToken)
    {
        var scope = await database.AddTenantAsync(slug, cancellationToken);
        await using var connection = Tenants.CreateConnection(scope);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("insert into projects (id, name, created_by) values (@id, @project, @id)", new { id = Guid.CreateVersion7(), project });
        // Often enough for the server's statistics to keep it as a sample.
        await connection.ExecuteAsync(
            "insert into tasks (id, project_id, title) select gen_random_uuid(), p.id, p.name from projects p, generate_series(1, 20)");
        var schema = await connection.QuerySingleAsync<string>("select current_user::text");
        await transaction.CommitAsync(cancellationToken);
        return (scope, schema);
    }
}
