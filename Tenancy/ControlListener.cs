using System.Runtime.CompilerServices;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>One connection of its own that listens, made again when it is lost.</summary>
internal static class ControlListener
{
    private const string Channel = "tenantry";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<Announcement> ListenAsync(string controlConnection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var dataSource = DataSources.Build(controlConnection, 1, "tenantry listener", TimeSpan.Zero);
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var told = new Queue<Guid>();
            await using var connection = dataSource.CreateConnection();
            connection.Notification += (_, notification) =>
            {
                if (Guid.TryParse(notification.Payload, out var id)) told.Enqueue(id);
            };
            if (await TryListenAsync(connection, cancellationToken))
            {
                pause = ShortestPause;
                yield return new Announcement(Listening: true, null);
                while (await TryWaitAsync(connection, cancellationToken))
                    while (told.TryDequeue(out var id)) yield return new Announcement(Listening: true, id);
                yield return new Announcement(Listening: false, null);
            }

            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<bool> TryListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("select pg_catalog.pg_backend_pid()", connection) { CommandTimeout = (int)Silence.TotalSeconds };
            // A pooler makes up the process id that it tells at login. Behind it another server connection would do the listening.
            if (await command.ExecuteScalarAsync(cancellationToken) is not int pid || pid != connection.ProcessID) return false;
            command.CommandText = $"listen {Channel}";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (IsLoss(error))
        {
            return false;
        }
    }

    private static async Task<bool> TryWaitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            if (await connection.WaitAsync(Silence, cancellationToken)) return true;
            // A connection whose other end is gone without a word looks like one on which nothing happens.
            await using var ping = new NpgsqlCommand("select 1", connection) { CommandTimeout = (int)Silence.TotalSeconds };
            await ping.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (IsLoss(error))
        {
            return false;
        }
    }

    private static bool IsLoss(Exception error) => error is NpgsqlException or TimeoutException or IOException or InvalidOperationException;
}
