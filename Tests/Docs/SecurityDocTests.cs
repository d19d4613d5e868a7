using System.Text.RegularExpressions;
using NUnit.Framework.Interfaces;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Docs;

/// <summary>Each attack that SECURITY.md claims to be refused has a test, and the test is there.</summary>
internal sealed partial class SecurityDocTests
{
    private static readonly string Security = Repository.Read("SECURITY.md");

    // The table's rows, without its head and the line beneath.
    private static IEnumerable<string[]> Attacks => Security[Security.IndexOf("| attack |", StringComparison.Ordinal)..]
        .Split('\n').TakeWhile(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|'));

    private static readonly HashSet<string> Tests = typeof(SecurityDocTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttributes(false).Any(attribute => attribute is ISimpleTestBuilder or ITestBuilder))
        .Select(method => method.Name).ToHashSet(StringComparer.Ordinal);

    [Test]
    public void Every_attack_names_what_refuses_it_and_a_test()
    {
        Assert.That(Attacks.Count(), Is.GreaterThan(20), "the table was read");
        Assert.That(Attacks.Where(row => row.Length != 3 || row.Any(string.IsNullOrWhiteSpace) || NamesIn(row[^1]).Length == 0).Select(row => row[0]), Is.Empty);
    }

    [Test]
    public void Every_test_that_it_names_exists() =>
        Assert.That(Attacks.SelectMany(row => NamesIn(row[^1])).Where(name => !Tests.Contains(name)), Is.Empty);

    private static string[] NamesIn(string cell) => [.. Name().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
