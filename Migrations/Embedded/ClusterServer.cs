namespace Tenantry.Migrations.Embedded;

/// <summary>Starts, adopts and stops the server of a cluster. Every method expects the caller to hold the cluster's lock.</summary>
internal sealed class ClusterServer(ClusterFolder cluster, ProgramFolder programs)
{
    private const int LongestStartSeconds = 600;
    private const int LongestStopSeconds = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The port of a server that runs already, from now on used by us too; null when there is none.</summary>
    public async Task<int?> AdoptAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Postmaster.Find(cluster.Data) is { } postmaster)
        {
            var state = postmaster.State();
            if (state == PostmasterState.Gone)
                return null;
            if (state != PostmasterState.Other && await AnswersAsync(postmaster.Port, state, cancellationToken))
                return postmaster.Port;
            if (state != PostmasterState.Running)
            {
                // The process id belongs to somebody else by now. PostgreSQL would take that for a running server.
                File.Delete(Postmaster.FileIn(cluster.Data));
                return null;
            }
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new EmbeddedPostgresException($"PostgreSQL (process {postmaster.ProcessId}) runs in {cluster.Data} but does not answer: see {cluster.Log}, or end that process and start again.");
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
        return null;
    }

    /// <summary>Starts the server, on the port it had before when that is free, and returns the port.</summary>
    public async Task<int> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        await cluster.Account.CreateTheirsAsync(cluster.Logs, cancellationToken);
        var socketFolder = await cluster.PrepareSocketFolderAsync(cancellationToken);
        DeleteSocketLocks(socketFolder);
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var port = LoopbackPort.Choose(cluster.FindPort());
            cluster.WritePort(port);
            ServerSettings.Write(cluster, port, socketFolder, settings);
            var log = ServerLog.Begin(cluster.Log);
            var result = await RunStartAsync(cancellationToken);
            if (result.Succeeded)
                return port;
            var fault = log.ReadNew();
            var waited = TimeProvider.System.GetElapsedTime(began);
            // A server that was just being started when its starter was killed.
            if (fault.Contains("lock file \"postmaster.pid\" already exists", StringComparison.Ordinal)
                && await AdoptAsync(cancellationToken) is { } adopted)
                return adopted;
            // Backends that outlive a killed postmaster finish their statement before they notice.
            if (fault.Contains("shared memory block", StringComparison.Ordinal))
            {
                if (waited > Patience)
                    throw new EmbeddedPostgresException($"Processes of a killed PostgreSQL still use {cluster.Data}: end them, then start again ({cluster.Log} has more).");
            }
            else if (!fault.Contains("Address already in use", StringComparison.Ordinal) || waited > Patience)
            {
                throw new EmbeddedPostgresException($"PostgreSQL {programs.Version} did not start ({CommandResult.FaultIn(fault) ?? result.Reason}): see {cluster.Log}.");
            }
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Breaks off what still runs, writes everything down and waits for the end.</summary>
    public async Task StopAsync()
    {
        if (Postmaster.Find(cluster.Data)?.State() is null or PostmasterState.Gone or PostmasterState.Other)
            return;
        await RunAsync(["stop", "-D", cluster.Data, "-m", "fast", "-w", "-s", "-t", $"{LongestStopSeconds}"]);
    }

    // We hold the cluster and found no server, so nobody listens in this folder. PostgreSQL goes by the process id
    // in the lock, which a dead server that was not reaped, or a stranger, can still have.
    private static void DeleteSocketLocks(string? socketFolder)
    {
        if (socketFolder is null)
            return;
        foreach (var file in Directory.EnumerateFiles(socketFolder, ".s.PGSQL.*.lock", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            File.Delete(file);
    }

    private async Task<bool> AnswersAsync(int port, PostmasterState state, CancellationToken cancellationToken)
    {
        try
        {
            return await new ClusterLogin(cluster.FindSocketFolder(), port, cluster.GetPassword()).AnswersAsync(cancellationToken);
        }
        catch (EmbeddedPostgresException) when (state == PostmasterState.Doubtful)
        {
            return false;
        }
    }

    private async Task<CommandResult> RunStartAsync(CancellationToken cancellationToken)
    {
        var start = RunAsync(["start", "-D", cluster.Data, "-l", cluster.Log, "-w", "-s", "-t", $"{LongestStartSeconds}"]);
        try
        {
            return await start.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Killing pg_ctl would leave the server behind: stop what it starts, however far it has come.
            while (!start.IsCompleted)
            {
                await StopAsync();
                await Task.WhenAny(start, Task.Delay(Pause, TimeProvider.System, CancellationToken.None));
            }
            await StopAsync();
            throw;
        }
    }

    private Task<CommandResult> RunAsync(string[] arguments) =>
        Command.RunAsync(programs.PgCtl, arguments, cluster.Data, cluster.Account.User, CancellationToken.None);
}
