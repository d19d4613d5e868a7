using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Evidence;

/// <summary>Tries statements as a tenant, by the service's own prologue, or as the bare login. Whatever succeeds is undone.</summary>
internal sealed class ProbeConnection(NpgsqlConnection connection)
{
    /// <summary>The SQLSTATE with which a statement fails; null when it succeeds.</summary>
    /// <param name="tenant">Whose role and path it runs under; null for the login's own.</param>
    /// <param name="sql">One statement.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="NpgsqlException">The connection is lost.</exception>
    public async Task<string?> TryAsync(SchemaName? tenant, string sql, CancellationToken cancellationToken) => (await AskAsync(tenant, sql, cancellationToken)).Error;

    /// <summary>As <see cref="TryAsync"/>, with the first value of what the statement answers.</summary>
    public async Task<(string? Answer, string? Error)> AskAsync(SchemaName? tenant, string sql, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (tenant is { } schema) batch.BatchCommands.Add(Prologue.CreateSwitch(schema));
        batch.BatchCommands.Add(new(sql));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (tenant is not null) await reader.NextResultAsync(cancellationToken);
            var answer = await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0) ? Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) : null;
            // An error may stand behind the first row.
            while (await reader.ReadAsync(cancellationToken)) { }
            return (answer, null);
        }
        catch (PostgresException error)
        {
            return (null, error.SqlState);
        }
    }
}
