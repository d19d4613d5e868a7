using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>
/// With a login for each tenant: whose pool serves an org. A login cannot take the role of another tenant that has the slug by then.
/// </summary>
internal sealed class TenantDirectory(SharedPool gate, Prologue prologue, KnownTenants tenants, TenancyOptions options) : IAsyncDisposable
{
    private readonly TenantPools pools = new(options);

    /// <exception cref="TenantRefusedException">The caller may not enter the org.</exception>
    public async Task<NpgsqlConnection> OpenAsync(TenantScope scope, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = (await pools.GetAsync(await FindSchemaAsync(scope, cancellationToken))).CreateConnection();
            try
            {
                await connection.OpenAsync(cancellationToken);
                return connection;
            }
            catch (ObjectDisposedException) when (attempt < 3)
            {
                // The pool gave way to another tenant's in this moment.
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>The tenant's connections end when they are given back.</summary>
    public void Clear(TenantScope scope)
    {
        if (tenants.Find(scope) is { } known) pools.Clear(known.Schema);
    }

    public ValueTask DisposeAsync() => pools.DisposeAsync();

    private async ValueTask<SchemaName> FindSchemaAsync(TenantScope scope, CancellationToken cancellationToken)
    {
        if (tenants.Find(scope) is { } known) return known.Schema;
        using var place = await gate.TakeAsync(0, cancellationToken);
        await using var command = prologue.CreateQuestion(place.Source, scope);
        try
        {
            var schema = SchemaName.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
            tenants.Remember(scope, new TenantEntry(schema, null, null));
            return schema;
        }
        catch (PostgresException error) when (Prologue.FindRefusal(error) is { } reason)
        {
            throw new TenantRefusedException(reason, error);
        }
    }
}
