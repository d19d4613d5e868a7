using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>Makes tenants' own logins, where <c>Tenancy:DataLogins</c> is <c>PerTenant</c>. Thread-safe.</summary>
public sealed class TenantLogins
{
    private const string ListWithout =
        "select schema_name from public.tenants where login_key is distinct from @fingerprint and state <> 'deleting' and spare_scripts is null order by id";

    private const string Made = "update public.tenants set login_key = $1 where schema_name = $2";

    private readonly string dataConnection;
    /// <param name="dataConnection">The data login's connection string, from whose password the tenants' are derived.</param>
    /// <exception cref="DatabaseConfigurationException">It has no password.</exception>
    public TenantLogins(string dataConnection)
    {
        this.dataConnection = dataConnection;
        try { Fingerprint = TenantLogin.FingerprintOf(dataConnection); }
        catch (InvalidOperationException error) { throw new DatabaseConfigurationException(error.Message); }
    }

    /// <summary>Of the key that logins are made with: what <c>public.tenants.login_key</c> says of a tenant that has one.</summary>
    internal string Fingerprint { get; }

    /// <summary>How many tenants have no login, or one of another key.</summary>
    internal async Task<int> CountMissingAsync(OwnerDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await ListMissingAsync(connection, cancellationToken)).Count;
    }

    /// <summary>Makes a login for each tenant that has none, or one of another key; answers how many.</summary>
    /// <exception cref="NpgsqlException">The database failed; the tenants before are done, and a repetition takes up the rest.</exception>
    public async Task<int> EnsureAsync(OwnerDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var schemas = await ListMissingAsync(connection, cancellationToken);
        foreach (var schema in schemas)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await CreateAsync(connection, SchemaName.Parse(schema), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return schemas.Count;
    }

    /// <summary>Makes one tenant's login, or gives it this key, in the caller's transaction.</summary>
    internal Task CreateAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        var batch = new ScriptBatch(connection);
        batch.Add("select tenancy.create_tenant_login($1, $2)", schema.Value, ScramVerifier.For(TenantLogin.PasswordFor(schema, dataConnection)));
        batch.Add(Made, Fingerprint, schema.Value);
        return batch.RunAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ListMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(ListWithout, new { fingerprint = Fingerprint }, cancellationToken: cancellationToken))).AsList();
}
