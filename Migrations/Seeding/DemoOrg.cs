namespace Tenantry.Migrations.Seeding;

/// <summary>An org for trying things out.</summary>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Name">Its name as people write it.</param>
/// <param name="Admin">Its admin, by whom it is known to be a demo org.</param>
/// <param name="Members">Its members who are not admins.</param>
/// <param name="Invited">The address of somebody who is invited and has not answered.</param>
/// <param name="Projects">What it works on.</param>
internal sealed record DemoOrg(string Slug, string Name, DemoPerson Admin, IReadOnlyList<DemoPerson> Members, string Invited, IReadOnlyList<DemoProject> Projects);

/// <summary>Somebody to log in as.</summary>
internal sealed record DemoPerson(string Name, string Email);

/// <summary>A project and its tasks; a task's third part is the number of days until it is due.</summary>
internal sealed record DemoProject(string Name, string Description, bool Archived, params (string Title, bool Done, int? DueIn)[] Tasks);
