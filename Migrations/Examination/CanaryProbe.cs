using Npgsql;
using Tenantry.Migrations.Evidence;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Examination;

/// <summary>
/// Tries, as the data login, what nobody may do: each canary's role against the other canary, and the bare login against both.
/// A positive control comes first, and only SQLSTATE 42501 (insufficient privilege) counts as refused.
/// </summary>
internal sealed class CanaryProbe(ProbeConnection connection)
{
    private const string Mend = "Run `tenantry migrate --shared` with an admin connection, and see `tenantry doctor`.";

    /// <summary>The attempts that did not end as they must, in words; none on a sound database.</summary>
    public static async Task<Finding> RunAsync(string dataConnection, IReadOnlyList<SchemaName> canaries, CancellationToken cancellationToken)
    {
        const string check = "isolation.canaries";
        if (canaries.Count < 2) return Finding.Fail(check, "there is no pair of canaries to try", Mend);
        await using var connection = await ConnectionChecks.OpenAsync(dataConnection, cancellationToken);
        var probe = new CanaryProbe(new ProbeConnection(connection));
        var wrong = new List<string>();
        wrong.AddRange(await probe.AsTenantAsync(canaries[0], canaries[1], cancellationToken));
        wrong.AddRange(await probe.AsTenantAsync(canaries[1], canaries[0], cancellationToken));
        wrong.AddRange(await probe.AsLoginAsync(canaries, cancellationToken));
        return wrong.Count == 0
            ? Finding.Ok(check, "two canaries read their own, are refused each other's, and the bare login is refused both")
            : Finding.Fail(check, string.Join("; ", wrong), Mend);
    }

    private async Task<IReadOnlyList<string>> AsTenantAsync(SchemaName own, SchemaName other, CancellationToken cancellationToken)
    {
        if (await connection.AskAsync(own, "select song from canary", cancellationToken) is var sung && sung != (own.Value, null))
            return ["a canary does not read its own table"];
        return await ListNotRefusedAsync(own,
        [
            ("a canary reads another's table", $"select song from {other}.canary"),
            ("a canary writes to another's table", $"insert into {other}.canary (song) values ('x')"),
            ("a canary makes tables", $"create table {own}.nest (id integer)"),
            ("a canary makes temporary tables", "create temporary table nest (id integer)"),
            ("a canary reads public.users", "select email from public.users"),
        ], cancellationToken);
    }

    private async Task<IReadOnlyList<string>> AsLoginAsync(IReadOnlyList<SchemaName> canaries, CancellationToken cancellationToken)
    {
        var open = await ListNotRefusedAsync(null,
        [
            ("the bare data login reads a tenant's table", $"select song from {canaries[0]}.canary"),
            ("the bare data login reads another tenant's table", $"select song from {canaries[1]}.canary"),
            ("the bare data login reads public.users", "select email from public.users"),
            ("the bare data login makes temporary tables", "create temporary table nest (id integer)"),
        ], cancellationToken);
        // An unknown session is turned away with the entry's own SQLSTATE, which also proves that the login may ask.
        var entry = await connection.TryAsync(null, "select tenancy.enter('on', gen_random_uuid(), 'x', null, false, 0, 0)", cancellationToken);
        return entry == "TN401" ? open : [.. open, $"the entry function does not refuse an unknown session ({entry ?? "it lets it in"})"];
    }

    private async Task<IReadOnlyList<string>> ListNotRefusedAsync(
        SchemaName? role, IEnumerable<(string Fault, string Sql)> attempts, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        foreach (var (fault, sql) in attempts)
        {
            var error = await connection.TryAsync(role, sql, cancellationToken);
            if (error != PostgresErrorCodes.InsufficientPrivilege) wrong.Add(error is null ? fault : $"{fault}, or so it seems ({error})");
        }

        return wrong;
    }
}
