namespace Tenantry.Service.Tenants.Selectors;

/// <summary>What one place of a request says of its org: a slug, spelled as it is there, or an id.</summary>
internal readonly record struct OrgAnswer(string? Slug, Guid? Id = null)
{
    /// <summary>One answer for each text that is one; an empty one is none.</summary>
    public static IEnumerable<OrgAnswer> Of(IEnumerable<string?> texts) =>
        texts.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => new OrgAnswer(text));
}
