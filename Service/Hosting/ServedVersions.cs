using System.Globalization;
using Tenantry.Migrations.Bootstrap;

namespace Tenantry.Service.Hosting;

/// <summary>
/// The versions of a tenant's schema that this service's queries fit: the newest script's, unless <c>Tenancy:OldestVersion</c> or
/// <c>Tenancy:NewestVersion</c> widens that for a release that works with both. An org at another is answered 503.
/// </summary>
internal sealed record ServedVersions(int Oldest, int Newest)
{
    /// <exception cref="DatabaseConfigurationException">A bound is no version, or they cross.</exception>
    public static ServedVersions Read(IConfiguration configuration, int newestScript)
    {
        var served = new ServedVersions(ReadBound("Tenancy:OldestVersion"), ReadBound("Tenancy:NewestVersion"));
        return served.Oldest <= served.Newest
            ? served
            : throw new DatabaseConfigurationException($"Tenancy:OldestVersion ({served.Oldest}) is beyond Tenancy:NewestVersion ({served.Newest}): no org would be served.");

        int ReadBound(string key) => configuration[key] is not { Length: > 0 } text ? newestScript
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version >= 1 ? version
            : throw new DatabaseConfigurationException($"{key} is a version of the tenants' schema, from 1, not {text}.");
    }
}
