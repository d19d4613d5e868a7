using System.Globalization;
using System.Text;

namespace Tenantry.Migrations.Embedded;

/// <summary>Writes the settings that the server reads at its start.</summary>
internal static class ServerSettings
{
    public static void Write(ClusterFolder cluster, int port, string? socketFolder, IReadOnlyDictionary<string, string> chosen)
    {
        var settings = new Dictionary<string, string>
        {
            ["max_connections"] = "200",
            ["shared_buffers"] = "128MB",
            ["logging_collector"] = "off",
            ["log_line_prefix"] = "%m [%p] %d ",
        };
        foreach (var (name, value) in chosen)
            settings[name] = value;
        // Not for choosing: the connection string depends on them, and nobody else may reach the server.
        settings["listen_addresses"] = "127.0.0.1";
        settings["port"] = port.ToString(CultureInfo.InvariantCulture);
        settings["unix_socket_directories"] = socketFolder is null ? "" : $"\"{socketFolder.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        settings["unix_socket_permissions"] = "0700";

        var text = new StringBuilder("# Written by Tenantry at each start of the server.\n");
        foreach (var (name, value) in settings)
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{Quoted(value)}'\n");
        File.WriteAllText(cluster.Settings, text.ToString());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cluster.Settings, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static string Quoted(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "''", StringComparison.Ordinal);
}
