using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Hosting;

/// <summary>Which database a process uses.</summary>
public sealed class DatabaseOptions
{
    /// <summary>
    /// Connection string of an admin that may create roles, from which the logins' are derived. Null, the default: the embedded
    /// server, unless the logins are given one by one.
    /// </summary>
    public string? Connection { get; set; }

    /// <summary>Connection string of the owner login, instead of the derived one.</summary>
    public string? Owner { get; set; }

    /// <summary>Connection string of the control login, instead of the derived one.</summary>
    public string? Control { get; set; }

    /// <summary>Connection string of the data login, instead of the derived one.</summary>
    public string? Data { get; set; }

    /// <summary>Connection string of the auditor login, instead of the derived one.</summary>
    public string? Auditor { get; set; }

    /// <summary>Whether tenants share the data login or have logins of their own. Default <see cref="Tenancy.DataLogins.Shared"/>.</summary>
    public DataLogins DataLogins { get; set; }

    /// <summary>What each tenant's schema is made of. Default: <see cref="ScriptSet.Tenant"/>, the scripts in this assembly.</summary>
    public ScriptSet TenantScripts { get; set; } = ScriptSet.Tenant;

    /// <summary>
    /// A host's own scripts for the shared schema, which run after this assembly's and give names with a schema; null, the
    /// default, for none. With them a host brings its own users and orgs: see docs/own-users.md.
    /// </summary>
    public ScriptSet? HostScripts { get; set; }

    /// <summary>How many connections of the owner login at most. Default 10, of which a migration of the fleet may use 5 at once for tenants.</summary>
    public int OwnerPoolSize { get; set; } = 10;

    /// <summary>
    /// Whether opening the database also bootstraps it and migrates the shared schema and the tenants. Default false: it must
    /// then be at the newest version already. Always done on the embedded server.
    /// </summary>
    public bool AutoMigrate { get; set; }
}
