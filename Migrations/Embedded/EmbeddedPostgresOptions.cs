using System.Collections.ObjectModel;

namespace Tenantry.Migrations.Embedded;

/// <summary>What an embedded server uses. Every property has a default that suits development. Immutable.</summary>
public sealed class EmbeddedPostgresOptions
{
    /// <summary>
    /// The folder that holds the data, one cluster per major version of PostgreSQL. Default: the variable
    /// <c>TENANTRY_DATA</c>, else <c>/var/lib/tenantry</c> for root on Unix, else <c>.data</c> in the repository
    /// (or, outside of it, in the current directory). Processes that name the same folder share one server.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where the server's programs come from. Default: the variable <c>TENANTRY_POSTGRES</c>, else <see cref="PostgresPrograms.Auto"/>.</summary>
    public PostgresPrograms Programs { get; init; } = PostgresPrograms.FromEnvironment();

    /// <summary>
    /// The folder that keeps downloaded programs. Default: <c>/var/lib/tenantry/programs</c> for root on Unix,
    /// else <c>tenantry/programs</c> in the user's cache folder.
    /// </summary>
    public string? ProgramsDirectory { get; init; }

    /// <summary>
    /// Server settings over the defaults, such as <c>fsync</c> = <c>off</c> for tests. They apply when this call
    /// starts the server; a server that another process started keeps its own. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> ServerSettings { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
