using Npgsql;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Bootstrap;

/// <summary>Makes the logins of a database and takes from everybody else what could cross tenants. Idempotent.</summary>
public static class DatabaseBootstrap
{
    // Two processes may start at once; CREATE ROLE would fail for the second.
    private const string Prepare =
        """
        select pg_advisory_xact_lock(hashtextextended('tenantry bootstrap', 0)),
               set_config('tenantry.owner_verifier', $1, true),
               set_config('tenantry.control_verifier', $2, true),
               set_config('tenantry.data_verifier', $3, true),
               set_config('tenantry.auditor_verifier', $4, true)
        """;

    /// <summary>Runs bootstrap by the admin connection of <paramref name="logins"/>, in one transaction. A missing database is made first.</summary>
    /// <exception cref="DatabaseConfigurationException">There is no admin connection, or the database is missing and the admin may not make it.</exception>
    /// <exception cref="NpgsqlException">The server does not answer, or the admin lacks a right.</exception>
    public static async Task RunAsync(DatabaseLogins logins, CancellationToken cancellationToken)
    {
        if (logins.Admin is null)
            throw new DatabaseConfigurationException("Bootstrap needs an admin connection: set TENANTRY_CONNECTION to one that may create roles.");

        await using var connection = await OpenAsync(logins.Admin, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var prepare = new NpgsqlCommand(Prepare, connection))
        {
            foreach (var login in (string[])[logins.Owner, logins.Control, logins.Data, logins.Auditor])
                prepare.Parameters.Add(new() { Value = ScramVerifier.For(new NpgsqlConnectionStringBuilder(login).Password!) });
            await prepare.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var bootstrap = new NpgsqlCommand(ScriptResources.Read("Bootstrap.bootstrap.sql"), connection))
            await bootstrap.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string admin, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(admin) { Pooling = false };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await CreateDatabaseAsync(builder, cancellationToken);
            await connection.OpenAsync(cancellationToken);
        }

        return connection;
    }

    private static async Task CreateDatabaseAsync(NpgsqlConnectionStringBuilder admin, CancellationToken cancellationToken)
    {
        // Every server has the database `postgres`, unless somebody dropped it.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = "postgres" }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var create = new NpgsqlCommand($"create database {new NpgsqlCommandBuilder().QuoteIdentifier(admin.Database!)}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody else made it just now.
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName)
        {
            throw new DatabaseConfigurationException($"There is no database {admin.Database} and the admin may not make it: have it made (createdb {admin.Database}).");
        }
    }
}
