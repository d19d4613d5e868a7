using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>An interactive session of <c>psql</c> as the data login, in a tenant's role and path from its first moment.</summary>
internal static class PsqlSession
{
    public static string? FindProgram() => SystemPrograms.FindOnPath(OperatingSystem.IsWindows() ? "psql.exe" : "psql");

    /// <summary>How to start it: everything in the environment and nothing among the arguments, which every user of the machine can list.</summary>
    public static ProcessStartInfo Describe(string program, string dataConnection, SchemaName schema)
    {
        var login = new NpgsqlConnectionStringBuilder(dataConnection);
        var start = new ProcessStartInfo(program) { UseShellExecute = false };
        foreach (var inherited in start.Environment.Keys.Where(IsConnectionSetting).ToList()) start.Environment.Remove(inherited);
        start.Environment["PGHOST"] = login.Host;
        start.Environment["PGPORT"] = login.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGDATABASE"] = login.Database;
        start.Environment["PGUSER"] = login.Username;
        start.Environment["PGPASSWORD"] = login.Password;
        start.Environment["PGAPPNAME"] = "tenantry operator";
        start.Environment["PGSSLMODE"] = login.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        };
        if (login.RootCertificate is { Length: > 0 } certificate) start.Environment["PGSSLROOTCERT"] = certificate;
        // At start-up, so that RESET ROLE comes back to the tenant too.
        start.Environment["PGOPTIONS"] = $"-c role={schema} -c search_path={schema},pg_temp";
        return start;
    }

    public static async Task<int> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start) ?? throw CommandException.Failed($"{start.FileName} did not start.");
        // Ctrl-C is psql's own: it ends a query there, not the session.
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    // PSQLRC, PGCONNECT_TIMEOUT and the like may stay; what leads elsewhere may not.
    private static bool IsConnectionSetting(string name) =>
        name is "PGHOST" or "PGHOSTADDR" or "PGPORT" or "PGDATABASE" or "PGUSER" or "PGPASSWORD" or "PGPASSFILE" or "PGSERVICE"
            or "PGSERVICEFILE" or "PGOPTIONS" or "PGSSLMODE" or "PGSSLROOTCERT" or "PGTARGETSESSIONATTRS";
}
