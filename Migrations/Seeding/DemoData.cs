namespace Tenantry.Migrations.Seeding;

/// <summary>The people and orgs that <c>tenantry seed</c> makes. The same each time.</summary>
internal static class DemoData
{
    /// <summary>Everybody's password. Public: seed no database that strangers can reach.</summary>
    public const string Password = "Tenantry-Demo-1!";

    private static readonly DemoPerson Ada = new("Ada", "ada@example.com");
    private static readonly DemoPerson Alan = new("Alan", "alan@example.com");
    private static readonly DemoPerson Grace = new("Grace", "grace@example.com");
    private static readonly DemoPerson Edsger = new("Edsger", "edsger@example.com");

    // In both orgs, so that what she sees in one can be told from the other.
    private static readonly DemoPerson Barbara = new("Barbara", "barbara@example.com");

    private static readonly DemoProject[] AcmeProjects =
    [
        new("Roadrunner trap", "Mark IV, with a parachute this time.", false,
            ("Order the anvil", true, null), ("Paint the tunnel on the rock", false, 3), ("Read the instructions", false, null)),
        new("Mail-order catalogue", "The autumn edition.", false,
            ("Photograph the rocket skates", true, null), ("Write the disclaimer", false, 14)),
        new("Giant magnet", "Attracted more than was planned.", true, ("Return it", true, null)),
    ];

    private static readonly DemoProject[] GlobexProjects =
    [
        new("Head office move", "From the dam to the valley.", false,
            ("Choose the hammocks", false, 7), ("Tell the neighbours", false, null), ("Cancel the old lease", true, null)),
        new("Weather machine", "Sunshine on working days.", false,
            ("Calibrate the wind", false, 30), ("Apply for the permit", false, 2)),
    ];

    public static DemoOrg Acme { get; } = new("acme", "Acme", Ada, [Alan, Barbara], "margaret@example.com", AcmeProjects);

    public static DemoOrg Globex { get; } = new("globex", "Globex", Grace, [Edsger, Barbara], "margaret@example.com", GlobexProjects);

    /// <summary>One demo org of another slug.</summary>
    public static DemoOrg Named(string slug) => slug switch
    {
        "acme" => Acme,
        "globex" => Globex,
        _ => Acme with { Slug = slug, Name = slug },
    };
}
