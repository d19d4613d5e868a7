using System.Globalization;

namespace Tenantry.Tenancy;

/// <summary>What the database said when it last let a command enter: which tenant that was, and what its plan allows.</summary>
/// <param name="Schema">The tenant, by the name that never changes.</param>
/// <param name="RequestsPerSecond">How many requests a second the plan allows; null where it leaves that to the host.</param>
/// <param name="PoolShare">How much of the data pool the plan allows, in percent; null where it leaves that to the host.</param>
public sealed record TenantEntry(SchemaName Schema, int? RequestsPerSecond, int? PoolShare)
{
    /// <summary>Takes what the entry function says: the schema, and of a plan that is not the default two numbers, 0 for none.</summary>
    internal static TenantEntry Of(string schema, string? limits)
    {
        if (limits is null) return new(SchemaName.Parse(schema), null, null);
        var numbers = limits.Split(' ');
        return new(SchemaName.Parse(schema), Find(numbers[0]), Find(numbers[1]));
    }

    /// <summary>Whether the entry function says this of a plan that is the default; of another it is to be read again.</summary>
    internal bool IsOf(string schema, string? limits) => limits is null && RequestsPerSecond is null && PoolShare is null && Schema.Value == schema;

    private static int? Find(string number) => number == "0" ? null : int.Parse(number, CultureInfo.InvariantCulture);
}
