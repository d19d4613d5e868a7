using System.Globalization;

namespace Tenantry.Migrations.Embedded;

/// <summary>
/// A real PostgreSQL server on this machine, for when no connection is configured. All processes that name the
/// same data directory share one server: the first one starts it, the last one to dispose stops it. Data stay.
/// Safe to use from several threads.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly ClusterFolder cluster;
    private readonly ClusterServer server;
    private readonly IDisposable registration;
    private int disposed;

    private EmbeddedPostgres(ClusterFolder cluster, ClusterServer server, IDisposable registration, ClusterLogin login, string description)
    {
        this.cluster = cluster;
        this.server = server;
        this.registration = registration;
        ConnectionString = login.ConnectionString;
        Uri = login.Uri;
        Description = description;
    }

    /// <summary>
    /// For Npgsql: the superuser <c>postgres</c> and the database <c>tenantry</c>, over the Unix socket or, on
    /// Windows, 127.0.0.1. Holds the password.
    /// </summary>
    public string ConnectionString { get; }

    /// <summary>The same over 127.0.0.1, for <c>psql</c> and other tools. Holds the password.</summary>
    public string Uri { get; }

    /// <summary>Version, programs, data and port, for a person to read: <c>PostgreSQL 15.18 from /usr/lib/postgresql/15/bin, data in …, port … on 127.0.0.1</c>.</summary>
    public string Description { get; }

    /// <summary>
    /// Finds or downloads PostgreSQL, makes the cluster when it is missing, and starts its server or joins the
    /// one that runs. Recovers from whatever an earlier crash left behind. Returns when the server answers.
    /// </summary>
    /// <param name="options">Where data and programs are.</param>
    /// <param name="progress">Receives plain lines for a person to read.</param>
    /// <param name="cancellationToken">Gives up; a server that nobody uses is stopped first, and the next start works.</param>
    /// <exception cref="EmbeddedPostgresException">It cannot be done; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        var data = DataDirectory.Resolve(options.DataDirectory);
        try
        {
            return await StartInAsync(data, options, progress, cancellationToken);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new EmbeddedPostgresException(
                $"Cannot use {data} as {Environment.UserName} ({exception.Message.TrimEnd('.')}): choose a folder of your own with TENANTRY_DATA, or run as the user who made it.");
        }
    }

    private static async Task<EmbeddedPostgres> StartInAsync(
        string data, EmbeddedPostgresOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var account = await ServerAccount.FindAsync(cancellationToken);
        var programs = await ProgramSelection.ChooseAsync(options, data, account, progress, cancellationToken);
        var cluster = new ClusterFolder(data, programs.Major, account);
        var server = new ClusterServer(cluster, programs);
        cluster.Open();

        using var guard = await FileLock.AcquireAsync(cluster.Lock, cancellationToken);
        var users = new ClusterUsers(cluster.Users);
        var registration = users.Register();
        try
        {
            if (!cluster.IsInitialised)
            {
                progress.Report($"Initialising PostgreSQL {programs.Version} in {cluster.Path}…");
                await ClusterInitialisation.RunAsync(cluster, programs, cancellationToken);
            }
            var port = await server.AdoptAsync(cancellationToken);
            if (port is null)
            {
                progress.Report($"Starting PostgreSQL {programs.Version}…");
                port = await server.StartAsync(options.ServerSettings, cancellationToken);
            }
            var login = new ClusterLogin(cluster.FindSocketFolder(), port.Value, cluster.GetPassword());
            await login.CreateDatabaseAsync(cancellationToken);
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"Ready in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s"));
            var description = $"PostgreSQL {programs.Version} from {programs.Path}, data in {cluster.Path}, port {port} on 127.0.0.1";
            return new EmbeddedPostgres(cluster, server, registration, login, description);
        }
        catch
        {
            registration.Dispose();
            if (!users.Any())
                await server.StopAsync();
            throw;
        }
    }

    /// <summary>
    /// Ends this use of the server. The last user, over all processes, stops it and waits for its end; whoever
    /// is still connected then is disconnected. May be called more than once.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        using var guard = await FileLock.AcquireAsync(cluster.Lock, CancellationToken.None);
        registration.Dispose();
        if (!new ClusterUsers(cluster.Users).Any())
            await server.StopAsync();
    }
}
