using Tenantry.Migrations.Evidence;

namespace Tenantry.Tests.Evidence;

/// <summary>How check files are kept.</summary>
internal sealed class CheckFileTests
{
    private const string Sound = "-- id: a.b\n-- title: T\n-- severity: high\n-- why: W\n-- controls: SOC2 CC6.1, GDPR 32\nselect 1;\n";

    [Test]
    public void Every_check_has_an_id_of_its_own_and_ends_in_the_same_order_of_rows()
    {
        Assert.That(CheckFile.All, Has.Count.GreaterThanOrEqualTo(70));
        Assert.That(CheckFile.All.Select(check => check.Id), Is.Unique.And.All.Match(@"\A[a-z]+\.[a-z_]+\z"));
        Assert.That(CheckFile.All.Where(check => !check.Sql.EndsWith("select f.subject, f.detail from found f order by f.subject collate \"C\", f.detail collate \"C\";\n", StringComparison.Ordinal)).Select(check => check.Id), Is.Empty);
    }

    [Test]
    public void Controls_are_named_as_their_standards_number_them() =>
        Assert.That(CheckFile.All.SelectMany(check => check.Controls).Distinct(),
            Is.All.Match(@"\A(SOC2 (CC|A)\d\.\d|ISO27001 A\.\d\.\d+|GDPR \d+(\(\d\)\([a-f]\)|\(\d\))?|HIPAA 164\.312\([a-e]\)|PCI (A1\.\d|\d+\.\d))\z"));

    [Test]
    public void Every_relation_and_function_is_named_with_its_schema() =>
        Assert.That(CheckFile.All.Where(check => System.Text.RegularExpressions.Regex.IsMatch(Body(check.Sql), @"(?<![\w.])(pg_(?!catalog)\w+|has_\w+_privilege|aclexplode|acldefault|unnest|current_database)\b(?!['_])"))
            .Select(check => check.Id), Is.Empty);

    [Test]
    public void Every_check_is_seen_to_find_a_fault()
    {
        var found = Fault.All.Select(fault => fault.Check).Concat(CommittedFaultTests.Checks).ToHashSet();
        Assert.That(CheckFile.All.Select(check => check.Id).Where(id => !found.Contains(id)), Is.Empty);
        Assert.That(Fault.All.Select(fault => fault.Sql + fault.Check), Is.Unique);
        Assert.That(Fault.All.Count(), Is.GreaterThanOrEqualTo(90));
    }

    [TestCase("-- why: W\n", "", "has no line `-- why: …`")]
    [TestCase("severity: high", "severity: grave", "severity is high, medium or low, not grave")]
    [TestCase("id: a.b", "id: a.c", "is not the file of a.c")]
    public void A_header_that_is_not_whole_is_refused(string from, string to, string message) =>
        Assert.That(() => CheckFile.Parse("a_b.sql", Sound.Replace(from, to)), Throws.TypeOf<FormatException>().With.Message.Contains(message));

    [Test]
    public void A_header_is_read_and_the_file_hashed()
    {
        var check = CheckFile.Parse("a_b.sql", Sound);
        Assert.That(check.Controls, Is.EqualTo(["SOC2 CC6.1", "GDPR 32"]));
        Assert.That(check.Family, Is.EqualTo("a"));
        Assert.That(check.Sha256, Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Sound)))));
    }

    // Without literals and comments, in which names are only names.
    private static string Body(string sql) => System.Text.RegularExpressions.Regex.Replace(sql, @"'[^']*'|--[^\n]*", "");
}
