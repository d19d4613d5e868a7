using System.Collections.Concurrent;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>
/// With a login for each tenant: whose pool serves an org. Remembered for a minute, which is safe: every command proves its right
/// from live rows all the same, and a login cannot take the role of the tenant that has the slug by then.
/// </summary>
internal sealed class TenantDirectory(NpgsqlDataSource gate, TenancyOptions options) : IAsyncDisposable
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Slug Org, Guid? Id), (SchemaName Schema, long Since)> schemas = new();
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

    public void Forget(TenantScope scope) => schemas.TryRemove((scope.Org, scope.OrgId), out _);

    public ValueTask DisposeAsync() => pools.DisposeAsync();

    private async ValueTask<SchemaName> FindSchemaAsync(TenantScope scope, CancellationToken cancellationToken)
    {
        if (schemas.TryGetValue((scope.Org, scope.OrgId), out var known) && TimeProvider.System.GetElapsedTime(known.Since) < Lifetime) return known.Schema;
        await using var command = Prologue.CreateQuestion(gate, scope, options);
        try
        {
            var schema = SchemaName.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
            if (schemas.Count >= Remembered) schemas.Clear();
            schemas[(scope.Org, scope.OrgId)] = (schema, TimeProvider.System.GetTimestamp());
            return schema;
        }
        catch (PostgresException error) when (Prologue.FindRefusal(error) is { } reason)
        {
            throw new TenantRefusedException(reason, error);
        }
    }
}
