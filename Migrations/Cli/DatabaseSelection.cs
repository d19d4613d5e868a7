using Microsoft.Extensions.Configuration;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

/// <summary>The one place where a command opens its database: <c>--connection</c>, else configuration, else the embedded server.</summary>
internal sealed class DatabaseSelection(string? connection, IProgress<string> progress)
{
    private const string File = "appsettings.json";

    /// <summary>A database whose shared schema fits this program.</summary>
    public Task<TenantryDatabase> OpenAsync(CancellationToken cancellationToken) =>
        TenantryDatabase.OpenAsync(ReadOptions(), progress, cancellationToken);

    /// <summary>A server that answers, whatever is in the database: for the commands that prepare and examine it.</summary>
    public async Task<TenantryDatabase> ConnectAsync(CancellationToken cancellationToken)
    {
        var database = await TenantryDatabase.ConnectAsync(ReadOptions(), progress, cancellationToken);
        try
        {
            await ProveAsync(database, cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether this is the embedded server, where all that is missing is made without asking.</summary>
    public bool IsEmbedded => ReadOptions() is { Connection: null } options && (options.Owner ?? options.Control ?? options.Data) is null;

    /// <summary>The auditor's connection string where it is all that is configured, as for somebody from outside; else null.</summary>
    public string? LoneAuditor => ReadOptions() is { Auditor: { } auditor, Connection: null, Owner: null, Control: null, Data: null } ? auditor : null;

    private static async Task ProveAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var login = new NpgsqlConnectionStringBuilder(database.Logins.Admin ?? database.Logins.Owner) { Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(login.ConnectionString);
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidCatalogName && database.Logins.Admin is not null)
        {
            // Bootstrap makes it.
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new DatabaseConfigurationException($"The database refused the login ({error.MessageText}): correct the connection string.");
        }
        catch (NpgsqlException error) when (Fault.IsUnreachable(error))
        {
            throw new DatabaseConfigurationException($"The database does not answer ({database.Description}): start it, or correct the connection string.");
        }
    }

    /// <summary>appsettings.json in this folder or in Service, and the environment.</summary>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static IConfiguration ReadConfiguration()
    {
        var folder = Directory.GetCurrentDirectory();
        var file = new[] { Path.Combine(folder, File), Path.Combine(folder, "Service", File) }.FirstOrDefault(System.IO.File.Exists);
        var configuration = new ConfigurationBuilder();
        try
        {
            if (file is not null) configuration.AddJsonFile(file);
            return configuration.AddEnvironmentVariables().Build();
        }
        catch (InvalidDataException error)
        {
            throw CommandException.Usage($"{file} cannot be read ({error.InnerException?.Message ?? error.Message}): correct it.");
        }
    }

    private DatabaseOptions ReadOptions()
    {
        var options = DatabaseConfiguration.Read(ReadConfiguration());
        // Only `migrate` changes a given server.
        options.AutoMigrate = false;
        options.OwnerPoolSize = 2 * FleetArguments.MostParallel;
        // The one connection string says where all logins are.
        if (connection is not null) (options.Connection, options.Owner, options.Control, options.Data, options.Auditor) = (connection, null, null, null, null);
        return options;
    }
}
