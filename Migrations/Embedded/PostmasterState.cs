namespace Tenantry.Migrations.Embedded;

/// <summary>What became of the process that <c>postmaster.pid</c> names.</summary>
internal enum PostmasterState
{
    /// <summary>No such process.</summary>
    Gone,

    /// <summary>A process that is no live PostgreSQL: the id was reused, or the dead one was not reaped.</summary>
    Other,

    /// <summary>Some PostgreSQL, perhaps another one that got the same id: only a login tells.</summary>
    Doubtful,

    /// <summary>The server of this data folder.</summary>
    Running,
}
