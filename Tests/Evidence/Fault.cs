namespace Tenantry.Tests.Evidence;

/// <summary>
/// Something wrong, as a statement of an admin's, and the check that must find it. <c>{a}</c> and <c>{b}</c> are two tenants'
/// schemas and roles, <c>{la}</c> and <c>{lb}</c> their logins, <c>{db}</c> the database.
/// </summary>
internal sealed record Fault(string Check, string Sql)
{
    /// <summary>All that can be made in a transaction, and so be undone.</summary>
    public static IEnumerable<Fault> All =>
        RegistryFaults.All.Concat(RoleFaults.All).Concat(PrivilegeFaults.All).Concat(StructureFaults.All).Concat(ServerFaults.All).Concat(EffectiveFaults.All);

    public string For(string database, IReadOnlyList<string> schemas) => Sql
        .Replace("{db}", database).Replace("{la}", "l_" + schemas[0][2..]).Replace("{lb}", "l_" + schemas[1][2..])
        .Replace("{a}", schemas[0]).Replace("{b}", schemas[1]);
}
