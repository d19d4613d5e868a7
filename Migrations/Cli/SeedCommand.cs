using System.CommandLine;
using Tenantry.Migrations.Seeding;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class SeedCommand
{
    private static readonly Argument<Slug?> Org = new("slug")
    {
        Description = "One demo org of this slug, instead of acme and globex",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => SlugArgument.ParseNew(result),
        DefaultValueFactory = _ => null,
    };

    public static Command Create(Terminal terminal) =>
        new Command("seed", "Make demo orgs with people and data; all have the same, public password") { Org }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        IReadOnlyList<DemoOrg> demos = invocation.Get(Org) is { } slug ? [DemoData.Named(slug.Value)] : [DemoData.Acme, DemoData.Globex];
        var seeder = new DemoSeeder(database);
        var results = new List<(DemoOrg Org, bool Made)>();
        foreach (var demo in demos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add((demo, await seeder.SeedAsync(demo, cancellationToken)));
        }

        var anyMade = results.Exists(result => result.Made);
        invocation.Output.Write(
            new
            {
                orgs = results.Select(result => new
                {
                    slug = result.Org.Slug,
                    made = result.Made,
                    admin = result.Org.Admin.Email,
                    members = result.Org.Members.Select(member => member.Email).ToList(),
                }).ToList(),
                password = anyMade ? DemoData.Password : null,
            },
            output =>
            {
                foreach (var (demo, made) in results)
                    output.Line(made ? $"Made {demo.Slug}." : $"{demo.Slug} is there already.");
                output.Table(["Org", "Admin", "Members"], results.Select(result => new[]
                {
                    result.Org.Slug, result.Org.Admin.Email, string.Join(", ", result.Org.Members.Select(member => member.Email)),
                }));
                if (anyMade) output.Line($"Everybody's password is {DemoData.Password}");
            });
        return ExitCode.Done;
    }
}
