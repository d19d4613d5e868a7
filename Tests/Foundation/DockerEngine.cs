using System.Net.Sockets;
using System.Text.Json;
using Testcontainers.PostgreSql;

namespace Tenantry.Tests.Foundation;

/// <summary>A Docker engine on this machine, when one answers and has or can pull the image.</summary>
internal static class DockerEngine
{
    private const string Socket = "/var/run/docker.sock";

    /// <summary>A running container, or why there is none.</summary>
    public static async Task<(PostgreSqlContainer? Container, string Reason)> TryStartAsync(CancellationToken cancellationToken)
    {
        if (await FindApiVersionAsync(cancellationToken) is not { } version) return (null, "no Docker engine answers");
        // An engine older than the client's least version refuses unless it is asked in its own.
        if (Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is null) Environment.SetEnvironmentVariable("DOCKER_API_VERSION", version);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        PostgreSqlContainer? container = null;
        try
        {
            container = new PostgreSqlBuilder(Environment.GetEnvironmentVariable("TEST_POSTGRES_IMAGE") ?? "postgres:18")
                .WithCommand("-c", "fsync=off", "-c", "max_connections=400", "-c", "max_prepared_transactions=4").Build();
            await container.StartAsync(bound.Token);
            return (container, "");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            if (container is not null) await container.DisposeAsync();
            return (null, $"Docker could not start the image ({error.GetType().Name})");
        }
    }

    private static async Task<string?> FindApiVersionAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(Socket)) return null;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri("http://docker/version"), cancellationToken));
            return answer.RootElement.GetProperty("ApiVersion").GetString();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
