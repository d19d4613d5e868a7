using Npgsql;

namespace Tenantry.Migrations.Embedded;

/// <summary>Logs in to a running cluster: to see that it answers, and to create the database.</summary>
internal sealed class ClusterLogin(string? socketFolder, int port, string password)
{
    public const string Database = "tenantry";
    private const string User = "postgres";
    private const string Loopback = "127.0.0.1";
    private const int SecondsToConnect = 5;

    public string ConnectionString => Builder(Database).ConnectionString;

    public string Uri => $"postgresql://{User}:{password}@{Loopback}:{port}/{Database}";

    /// <summary>Whether the server lets us in now. False while it starts, recovers or stops.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new EmbeddedPostgresException(
                $"The server on port {port} does not accept the password kept beside its data: set it back, or choose another folder with TENANTRY_DATA.");
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = Database } } };
        if (await find.ExecuteScalarAsync(cancellationToken) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database {Database}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var builder = Builder("postgres");
        builder.Pooling = false;
        builder.Timeout = SecondsToConnect;
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private NpgsqlConnectionStringBuilder Builder(string database) => new()
    {
        Host = socketFolder ?? Loopback,
        Port = port,
        Username = User,
        Password = password,
        Database = database,
    };
}
