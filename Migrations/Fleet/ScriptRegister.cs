using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Fleet;

/// <summary>The scripts that tenants have had, in <c>public.tenant_scripts</c>: one query notices an edited one, and no tenant is visited.</summary>
internal sealed class ScriptRegister(OwnerDatabase database, ScriptSet scripts)
{
    private const string List = "select name, checksum from public.tenant_scripts";

    private const string Add =
        """
        insert into public.tenant_scripts (version, name, checksum)
        select version, name, checksum from unnest(@versions, @names, @checksums) as s (version, name, checksum)
        on conflict do nothing
        """;

    private const string Forget =
        "delete from public.tenant_scripts s where not exists (select from public.tenants t where t.version >= s.version and t.spare_scripts is null)";

    /// <exception cref="MigrationFailedException">A script that tenants have had was edited or is gone.</exception>
    public async Task RequireUneditedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var (name, checksum) in await connection.QueryAsync<(string Name, string Checksum)>(new CommandDefinition(List, cancellationToken: cancellationToken)))
        {
            var script = scripts.Scripts.FirstOrDefault(script => script.Name == name)
                ?? throw new MigrationFailedException($"Script {name} ran on tenants and is gone: restore it.", name, null);
            if (script.Checksum != checksum)
                throw new MigrationFailedException($"Script {name} was edited after it ran: restore it and write a new one.", name, null);
        }
    }

    /// <summary>Adds the scripts up to a version, before the first tenant has them.</summary>
    public async Task AddAsync(int version, CancellationToken cancellationToken)
    {
        var added = scripts.Scripts.Take(version).ToList();
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Add, new
        {
            versions = added.Select(script => script.Version).ToArray(),
            names = added.Select(script => script.Name).ToArray(),
            checksums = added.Select(script => script.Checksum).ToArray(),
        }, cancellationToken: cancellationToken));
    }

    /// <summary>After a rollback, takes out the scripts that no tenant has any more: those may be edited.</summary>
    public async Task ForgetUnusedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Forget, cancellationToken: cancellationToken));
    }
}
