using System.Text.RegularExpressions;

namespace Tenantry.Tenancy;

/// <summary>
/// The name that a tenant's schema and role share: <c>t_</c> and the lower-case base32 of the tenant's id.
/// Opaque, so that the catalogs, which every login can read, reveal nothing; never derived from a slug,
/// never renamed and never used again. The default value is not a name and throws when used.
/// </summary>
public readonly partial record struct SchemaName
{
    private readonly string? value;

    private SchemaName(string value) => this.value = value;

    /// <summary>The name itself, safe to stand unquoted in SQL.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public string Value => value ?? throw new InvalidOperationException("No schema name: the default value names no tenant.");

    /// <summary>The name of the tenant's own login, where it has one: <c>l_</c> instead of <c>t_</c>.</summary>
    public string Login => string.Concat("l_", Value.AsSpan(2));

    /// <summary>The name of the tenant with this id: always the same 28 characters for the same id.</summary>
    public static SchemaName For(Guid tenantId) => new("t_" + Base32.Encode(tenantId.ToByteArray(bigEndian: true)));

    /// <summary>Takes a name read from the registry.</summary>
    /// <exception cref="FormatException">The text is not of the form <c>^t_[0-9a-z]{10,40}$</c>.</exception>
    public static SchemaName Parse(string text) =>
        Form().IsMatch(text) ? new(text) : throw new FormatException("Not the name of a tenant's schema.");

    /// <inheritdoc />
    public override string ToString() => Value;

    [GeneratedRegex(@"\At_[0-9a-z]{10,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
