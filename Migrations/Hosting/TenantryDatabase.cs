using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Embedded;
using Tenantry.Migrations.Examination;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Hosting;

/// <summary>
/// A database ready for use: the given server, or the embedded one, with logins and a shared schema that fits this program.
/// Disposing it closes the owner's pool and gives up the embedded server, which the last user stops.
/// </summary>
public sealed class TenantryDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? embedded;

    private TenantryDatabase(EmbeddedPostgres? embedded, DatabaseLogins logins, DatabaseOptions options)
    {
        this.embedded = embedded;
        Logins = logins;
        TenantLogins = options.DataLogins == DataLogins.PerTenant ? new TenantLogins(logins.Data) : null;
        Owner = new OwnerDatabase(logins.Owner, options.OwnerPoolSize);
        TenantScripts = options.TenantScripts;
        SharedMigrator = options.HostScripts is { } host ? new SharedMigrator(Owner, ScriptSet.Shared, host) : new SharedMigrator(Owner, ScriptSet.Shared);
        if (SharedMigrator.ListNames().GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new DatabaseConfigurationException($"The host's script {twice.Key} has the name of one of Tenantry's: rename it.");
        Provisioner = new Provisioner(Owner, TenantScripts, TenantLogins);
    }

    /// <summary>How to reach it, login by login.</summary>
    public DatabaseLogins Logins { get; }

    /// <summary>The owner's pool.</summary>
    public OwnerDatabase Owner { get; }

    /// <summary>Whether tenants share the data login or have logins of their own.</summary>
    public DataLogins DataLogins => TenantLogins is null ? DataLogins.Shared : DataLogins.PerTenant;

    /// <summary>Makes tenants' own logins; null where they share one.</summary>
    public TenantLogins? TenantLogins { get; }

    /// <summary>What each tenant's schema is made of.</summary>
    public ScriptSet TenantScripts { get; }

    /// <summary>Takes the shared schema to the newest version.</summary>
    public SharedMigrator SharedMigrator { get; }

    /// <summary>Makes orgs and tenants with these scripts.</summary>
    public Provisioner Provisioner { get; }

    /// <summary>The server in one line, without secrets.</summary>
    public string Description => embedded?.Description ?? Describe(new NpgsqlConnectionStringBuilder(Logins.Owner));

    /// <summary>Finds or starts the server without touching what is in the database.</summary>
    /// <exception cref="DatabaseConfigurationException">The configuration is incomplete or unusable.</exception>
    /// <exception cref="EmbeddedPostgresException">No server is configured and none can be had.</exception>
    public static async Task<TenantryDatabase> ConnectAsync(DatabaseOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (options.Connection is null && options is { Owner: { } owner, Control: { } control, Data: { } data })
            return new TenantryDatabase(null, new DatabaseLogins(null, owner, control, data, options.Auditor ?? ""), options);

        var embedded = options.Connection is null
            ? await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(), progress, cancellationToken)
            : null;
        try
        {
            var derived = DatabaseLogins.DeriveFrom(options.Connection ?? embedded!.ConnectionString);
            return new TenantryDatabase(embedded, derived with
            {
                Owner = options.Owner ?? derived.Owner,
                Control = options.Control ?? derived.Control,
                Data = options.Data ?? derived.Data,
                Auditor = options.Auditor ?? derived.Auditor,
            }, options);
        }
        catch
        {
            if (embedded is not null) await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// As <see cref="ConnectAsync"/>, and makes sure that the shared schema fits: by bootstrap and migration on the embedded server
    /// and where <see cref="DatabaseOptions.AutoMigrate"/> says so, else by looking.
    /// </summary>
    /// <exception cref="DatabaseConfigurationException">The database is not at this program's version, or cannot be reached; the message says what to do.</exception>
    /// <exception cref="EmbeddedPostgresException">No server is configured and none can be had.</exception>
    public static async Task<TenantryDatabase> OpenAsync(DatabaseOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var database = await ConnectAsync(options, progress, cancellationToken);
        try
        {
            if (database.embedded is not null || options.AutoMigrate) await database.PrepareAsync(progress, cancellationToken);
            else await database.CheckAsync(cancellationToken);
            return database;
        }
        catch (Exception error)
        {
            await database.DisposeAsync();
            if (error is NpgsqlException { InnerException: System.Net.Sockets.SocketException or TimeoutException })
                throw new DatabaseConfigurationException($"The database does not answer ({database.Description}): start it, or correct TENANTRY_CONNECTION.");
            if (error is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName } refused)
                throw new DatabaseConfigurationException($"The database refused the login ({refused.MessageText}): correct TENANTRY_CONNECTION, or run `tenantry migrate --shared` with an admin connection.");
            throw;
        }
    }

    /// <summary>Bootstraps the database, where there is an admin connection, and takes its shared schema to the newest version.</summary>
    public async Task MigrateSharedAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (Logins.Admin is not null)
        {
            progress.Report("Preparing roles and rights…");
            await DatabaseBootstrap.RunAsync(Logins, cancellationToken);
        }

        var ran = await SharedMigrator.MigrateAsync(cancellationToken);
        await CanaryPair.EnsureAsync(Owner, cancellationToken);
        if (TenantLogins is not null && await TenantLogins.EnsureAsync(Owner, cancellationToken) is > 0 and var made) progress.Report($"{made} tenants have a login of their own now.");
        progress.Report(ran == 0 ? "The shared schema is up to date." : $"The shared schema had {ran} scripts to run.");
    }

    /// <summary>
    /// Proves that this database keeps tenants apart: what the logins are and may do, what PUBLIC may not, that the schemas are at
    /// versions which this program serves, and that two canaries are refused each other's rows. To be called before serving.
    /// </summary>
    /// <param name="oldest">Oldest tenant version served.</param>
    /// <param name="newest">Newest tenant version served.</param>
    /// <param name="progress">Told of what is not well and does not stop the service.</param>
    /// <param name="cancellationToken">Stops between two questions.</param>
    /// <exception cref="DatabaseConfigurationException">It would not; the message is one line that says what to do.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public Task RequireIsolationAsync(int oldest, int newest, IProgress<string> progress, CancellationToken cancellationToken) =>
        SelfTest.RequireAsync(this, oldest, newest, progress, cancellationToken);

    /// <summary>Whether a pooler such as PgBouncer stands in front of the server for the data login, behind which nothing may be prepared.</summary>
    /// <exception cref="NpgsqlException">The server does not answer.</exception>
    public Task<bool> IsPooledAsync(CancellationToken cancellationToken) => PoolerChecks.IsPooledAsync(Logins.Data, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        if (embedded is not null) await embedded.DisposeAsync();
    }

    private static string Describe(NpgsqlConnectionStringBuilder owner) => $"PostgreSQL at {owner.Host}:{owner.Port}, database {owner.Database}";

    private async Task PrepareAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        await MigrateSharedAsync(progress, cancellationToken);
        var fleet = new FleetMigrator(Owner, TenantScripts);
        var report = await fleet.MigrateAsync(new FleetOptions(), null, cancellationToken);
        if (report.Migrated.Count > 0) progress.Report($"Migrated {report.Migrated.Count} tenants to version {fleet.Newest}.");
        foreach (var failed in report.Failed) progress.Report($"Tenant {failed.Slug} stays at version {failed.From}: {failed.Error}");
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var pending = await SharedMigrator.ListPendingAsync(cancellationToken);
        if (pending.Count > 0)
            throw new DatabaseConfigurationException($"The shared schema lacks {pending.Count} scripts ({pending[0]} …): run `tenantry migrate --shared`, or set Database:AutoMigrate to true.");
    }
}
