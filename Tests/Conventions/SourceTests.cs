using System.Text.RegularExpressions;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Conventions;

/// <summary>How the tree is kept. Each test lists all offenders.</summary>
internal sealed partial class SourceTests
{
    private static readonly string[] TopLevel =
    [
        "Service", "Migrations", "Tenancy", "Tests", "build.cake", "docker-compose.yml", "README.md", "Dockerfile", "LICENSE", "CHANGELOG.md",
        "SECURITY.md", "docs", "global.json", "Tenantry.slnx", "BannedSymbols.txt", "Directory.Build.props", "Directory.Packages.props",
        // Made by building and running, and ignored by git.
        "artifacts", "tools", "TestResults",
    ];

    [Test]
    public void The_top_level_holds_only_what_is_fixed() =>
        Assert.That(
            Directory.EnumerateFileSystemEntries(Repository.Root).Select(Path.GetFileName).Where(name => !name!.StartsWith('.')),
            Is.SubsetOf(TopLevel));

    [Test]
    public void Files_stay_small() =>
        Assert.That(Repository.List("*.cs").Where(file => Repository.Read(file).Count(letter => letter == '\n') > 300), Is.Empty);

    [Test]
    public void Names_say_what_a_type_is() =>
        Assert.That(Repository.List("*.cs").Where(file => VagueName().IsMatch(Path.GetFileNameWithoutExtension(file))), Is.Empty);

    [Test]
    public void Sql_lists_its_columns() =>
        Assert.That(Repository.List("*.cs", "Service", "Migrations", "Tenancy").Concat(Repository.List("*.sql")).Where(file => SelectStar().IsMatch(Repository.Read(file))), Is.Empty);

    [Test]
    public void No_query_reads_information_schema() =>
        Assert.That(
            Repository.List("*.cs", "Service", "Migrations", "Tenancy").Concat(Repository.List("*.sql")).Where(file => ReadsInformationSchema().IsMatch(Repository.Read(file))),
            Is.Empty, "its views take 140 ms at 2,500 schemas");

    [Test]
    public void Pools_are_built_in_one_place() =>
        Assert.That(
            Repository.List("*.cs", "Service", "Migrations", "Tenancy").Where(file => Repository.Read(file).Contains("DataSourceBuilder(", StringComparison.Ordinal)).Select(file => file.Replace('\\', '/')),
            // The second is the session of one command, `tenantry sql`.
            Is.EquivalentTo(new[] { "Tenancy/DataSources.cs", "Migrations/Cli/TenantSession.cs" }), "a pool for each tenant exhausts the server");

    [TestCase("Shared")]
    [TestCase("Tenant")]
    public void Scripts_are_numbered_without_a_gap_and_each_has_its_way_back(string folder)
    {
        var files = Repository.List("*.sql", $"Migrations/Scripts/{folder}").Select(Path.GetFileName).ToList();
        var ups = files.Where(file => !file!.EndsWith(".down.sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.That(ups.Select(file => file![..4]), Is.EqualTo(Enumerable.Range(1, ups.Count).Select(number => number.ToString("0000", null))));
        Assert.That(ups.Where(file => !files.Contains(file!.Replace(".sql", ".down.sql", StringComparison.Ordinal))), Is.Empty);
        Assert.That((folder == "Shared" ? ScriptSet.Shared : ScriptSet.Tenant).Newest, Is.EqualTo(ups.Count), "all of them travel in the assembly");
    }

    [Test]
    public void Requests_with_rules_are_public_or_the_rules_are_not_generated() =>
        Assert.That(
            typeof(Tenantry.Service.Errors.ErrorCode).Assembly.GetTypes()
                .Where(type => !type.IsPublic && type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Cast<System.Reflection.ICustomAttributeProvider>().Concat(type.GetProperties())
                    .Any(member => member.GetCustomAttributes(typeof(System.ComponentModel.DataAnnotations.ValidationAttribute), false).Length > 0))
                .Where(type => !type.Name.EndsWith("Options", StringComparison.Ordinal)),
            Is.Empty);

    [GeneratedRegex("(Helper|Helpers|Manager|Util|Utils|Common|Base)$|^Extensions$", RegexOptions.CultureInvariant)]
    private static partial Regex VagueName();

    [GeneratedRegex(@"(from|join)\s+information_schema\.", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ReadsInformationSchema();

    [GeneratedRegex(@"select\s+\*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SelectStar();
}
