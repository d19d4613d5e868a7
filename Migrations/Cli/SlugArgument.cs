using System.CommandLine;
using System.CommandLine.Parsing;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>Slugs on the command line: what is not one is refused before anything is opened.</summary>
internal static class SlugArgument
{
    /// <summary>One existing org.</summary>
    public static Argument<Slug> Existing(string name = "slug") => new(name) { Description = "The org's slug", CustomParser = Parse };

    /// <summary>One existing org, or none.</summary>
    public static Argument<Slug?> Optional() => new("slug")
    {
        Description = "The org's slug",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => Parse(result),
        DefaultValueFactory = _ => null,
    };

    /// <summary>One org's slug to be.</summary>
    public static Argument<Slug> New(string name) => new(name) { Description = "Its name in addresses", CustomParser = ParseNew };

    /// <summary>Existing orgs, any number.</summary>
    public static Argument<Slug[]> Several() => new("slug")
    {
        Description = "Only these orgs",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result =>
        {
            var slugs = new List<Slug>();
            foreach (var token in result.Tokens)
            {
                if (Slug.TryParse(token.Value, out var slug)) slugs.Add(slug);
                else result.AddError(NotASlug(token.Value));
            }

            return [.. slugs.Distinct()];
        },
    };

    /// <summary>The slug of an org to be made.</summary>
    public static Slug ParseNew(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (!Slug.TryCreate(text, out var slug)) result.AddError($"'{Output.Printable(text)}' cannot be a slug: {Slug.FindFault(text)}");
        return slug;
    }

    private static Slug Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (!Slug.TryParse(text, out var slug)) result.AddError(NotASlug(text));
        return slug;
    }

    private static string NotASlug(string text) =>
        $"'{Output.Printable(text)}' is not a slug: a slug has 3 to 40 of a-z, 0-9 and single dashes between them.";
}
