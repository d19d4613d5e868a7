using System.ComponentModel.DataAnnotations;

namespace Tenantry.Tenancy;

/// <summary>How Tenancy reaches the database. Read once, when the data sources are built.</summary>
public sealed class TenancyOptions
{
    /// <summary>Connection string of the data login, which owns nothing and reads nothing but through a tenant's role. Required.</summary>
    [Required]
    public string DataConnection { get; set; } = "";

    /// <summary>Connection string of the control login, for people and orgs in <c>public</c>. Required.</summary>
    [Required]
    public string ControlConnection { get; set; } = "";

    /// <summary>Most connections of the data login at once. Default 20.</summary>
    [Range(1, 1000)]
    public int DataPoolSize { get; set; } = 20;

    /// <summary>
    /// How many of those are used as long as they come back quickly; the others are a reserve for commands that have waited for one in
    /// vain, 20 milliseconds, and for all while none has been given back for 3. Default null: two fifths, and eight at least. Two to four
    /// for each processor of the server are quickest: more of them only compete for its processors and its caches. More where statements
    /// take long without keeping the server busy.
    /// </summary>
    [Range(1, 1000)]
    public int? DataPoolCore { get; set; }

    /// <summary>Whether all tenants' commands go by the data login, or each tenant's by a login of its own. Default <see cref="DataLogins.Shared"/>.</summary>
    public DataLogins DataLogins { get; set; }

    /// <summary>Most connections of one tenant's own login at once, with <see cref="DataLogins.PerTenant"/>. Default 4.</summary>
    [Range(1, 1000)]
    public int TenantPoolSize { get; set; } = 4;

    /// <summary>
    /// Most tenants that have connections at once, with <see cref="DataLogins.PerTenant"/>; whoever was served longest ago gives
    /// way. Default 50. The server is to take <see cref="TenantPoolSize"/> times as many connections.
    /// </summary>
    [Range(1, 10_000)]
    public int TenantPools { get; set; } = 50;

    /// <summary>Most connections of the control login at once. Default 10.</summary>
    [Range(1, 1000)]
    public int ControlPoolSize { get; set; } = 10;

    /// <summary>
    /// How long a connection of the data login lives. Default 10 minutes. A backend's catalog cache grows with each tenant it
    /// has served, about 113 kB for ten tables, and only its end gives that back.
    /// </summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many statements each connection of the data login keeps prepared, the prologue first of all and then one for each statement
    /// of each tenant that it serves. Default 0, which is right behind a transaction pooler: PgBouncer before 1.21 gives the next
    /// transaction to a server connection that does not know them. A backend takes about 25 kB for each.
    /// </summary>
    [Range(0, 1000)]
    public int MaxAutoPrepare { get; set; }

    /// <summary>
    /// Whether a session of the data login is reset before it serves the next command. Default true. It costs a third of what a read
    /// costs the server, and is not needed where the server refuses the tenants whatever would stay on a session: as it does when
    /// a superuser has bootstrapped it, with <see cref="DataLogins.Shared"/>, which the self-test of Tenantry.Migrations requires.
    /// </summary>
    public bool ResetSessions { get; set; } = true;

    /// <summary>How long opening a connection may take, waiting for a free one included. Default 10 seconds.</summary>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many attempts to open a connection within five seconds, of which half or more fail, make a database's circuit open:
    /// until <see cref="BreakFor"/> has passed, everybody is told at once. Default 5.
    /// </summary>
    [Range(2, 1000)]
    public int BreakAfter { get; set; } = 5;

    /// <summary>How long nobody tries while the circuit is open; then one does. At least half a second. Default 2 seconds.</summary>
    public TimeSpan BreakFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of the circuits. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Oldest tenant version served; an older tenant is refused as unavailable. Default 0.</summary>
    public int OldestVersion { get; set; }

    /// <summary>Newest tenant version served; a newer tenant is refused as unavailable. Default: no bound.</summary>
    public int NewestVersion { get; set; } = int.MaxValue;
}
