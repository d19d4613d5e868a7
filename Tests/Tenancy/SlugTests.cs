using Tenantry.Tenancy;

namespace Tenantry.Tests.Tenancy;

internal sealed class SlugTests
{
    [TestCase("acme")]
    [TestCase("a-1")]
    [TestCase("abcdefghijabcdefghijabcdefghijabcdefghij")]
    public void A_slug_of_the_rules_is_taken(string text) =>
        Assert.That(Slug.TryCreate(text, out var slug) ? slug.Value : null, Is.EqualTo(text));

    [TestCase("")]
    [TestCase(null)]
    [TestCase("ab")]
    [TestCase("abcdefghijabcdefghijabcdefghijabcdefghijk")]
    [TestCase("Acme")]
    [TestCase("-acme")]
    [TestCase("acme-")]
    [TestCase("ac--me")]
    [TestCase("ac_me")]
    [TestCase("pg_x")]
    [TestCase("pg-x")]
    [TestCase("none")]
    [TestCase("current_user")]
    [TestCase("admin")]
    [TestCase("acme\n")]
    [TestCase("аcme", Description = "a Cyrillic a")]
    [TestCase("aﬁre", Description = "a ligature")]
    [TestCase("\"; drop schema public cascade; --")]
    [TestCase("acme'")]
    [TestCase("xn--acme")]
    public void A_hostile_or_reserved_slug_is_refused_with_a_reason(string? text)
    {
        Assert.That(Slug.TryCreate(text, out _), Is.False);
        Assert.That(Slug.FindFault(text), Is.Not.Null);
    }

    [Test]
    public void An_existing_slug_is_found_without_regard_to_case_and_look_alikes_are_not() => Assert.Multiple(() =>
    {
        Assert.That(Slug.TryParse("AcMe", out var slug) ? slug.Value : null, Is.EqualTo("acme"));
        // The Kelvin sign lower-cases to k.
        Assert.That(Slug.TryParse("\u212Alein", out _), Is.False);
    });

    [Test]
    public void Names_of_schemas_are_opaque_stable_and_never_from_outside() => Assert.Multiple(() =>
    {
        var id = Guid.CreateVersion7();
        Assert.That(SchemaName.For(id).Value, Does.Match("^t_[0-9a-z]{26}$"));
        Assert.That(SchemaName.For(Guid.CreateVersion7()), Is.Not.EqualTo(SchemaName.For(id)));
        foreach (var hostile in (string[])["public", "t_x; drop schema victim cascade; --", "t_ABCDEFGHIJK", "t_", "x_0123456789ab", "t_0123456789ab\n"])
            Assert.That(() => SchemaName.Parse(hostile), Throws.InstanceOf<FormatException>());
        Assert.That(() => default(SchemaName).Value, Throws.InvalidOperationException);
    });
}
