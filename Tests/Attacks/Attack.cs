using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Attacks;

/// <summary>An attacker's text on its way through a tenant's connection, and all that it brought to light.</summary>
internal static class Attack
{
    /// <summary>How parameters stand beside the text: Npgsql reads a text with named ones, and sends the others as they are.</summary>
    public enum Parameters { None, Named, Positional }

    /// <summary>Runs a text and answers every value and every word of the errors that came back.</summary>
    public static async Task<string> RunAsync(TenantDatabase tenants, TenantScope scope, string sql, Parameters style, bool inTransaction, CancellationToken cancellationToken)
    {
        var seen = new StringBuilder();
        await using var connection = tenants.CreateConnection(scope);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var transaction = inTransaction ? await connection.BeginTransactionAsync(cancellationToken) : null;
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            if (style != Parameters.None) command.Parameters.Add(new NpgsqlParameter(style == Parameters.Named ? "x" : null, 1));
            await ReadAsync(command, seen, cancellationToken);
            if (transaction is not null) await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception error) when (error is PostgresException or NotSupportedException or InvalidOperationException or TenantRefusedException)
        {
            seen.Append(error);
        }

        return seen.ToString();
    }

    public static async Task ReadAsync(DbCommand command, StringBuilder seen, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
                for (var i = 0; i < reader.FieldCount; i++)
                    seen.Append(CultureInfo.InvariantCulture, $"{reader.GetValue(i)} ");
        }
        while (await reader.NextResultAsync(cancellationToken));
    }
}
