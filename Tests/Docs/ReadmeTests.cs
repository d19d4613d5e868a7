using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Docs;

/// <summary>The README says what is so.</summary>
internal sealed partial class ReadmeTests
{
    private static readonly string Readme = Repository.Read("README.md");

    [Test, CancelAfter(120_000)]
    public async Task The_quick_start_works_as_written(CancellationToken cancellationToken)
    {
        if (!CanRun("bash") || !CanRun("curl")) Assert.Ignore("The quick start needs bash and curl.");
        await using var app = await TestApp.StartAsync(cancellationToken, ("Mail:Sends", "true"));
        using var client = app.CreateClient();
        var script = string.Join('\n', BashBlock().Matches(Readme).Select(match => match.Groups[1].Value))
            .Replace("http://localhost:5080", client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("dotnet run --project Migrations --", $"dotnet {Repository.BuiltFile("Migrations", "tenantry.dll")}", StringComparison.Ordinal);

        // Mail is not there at once, and a reader's shell has no pipefail.
        const string late = "looked=$(mktemp -u)\ncurl() { case \"$*\" in */dev/mail) if mkdir $looked 2> /dev/null; then return 0; fi;; esac; command curl \"$@\"; }\ntrap 'rmdir $looked' EXIT\n";
        var start = new ProcessStartInfo("bash", ["-eu", "-c", late + script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TENANTRY_CONNECTION"] = app.Database.AdminConnection;
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync(cancellationToken);
        var output = await bash.StandardOutput.ReadToEndAsync(cancellationToken);
        await bash.WaitForExitAsync(cancellationToken);

        Assert.That(bash.ExitCode, Is.Zero, output + await errors);
        Assert.Multiple(async () =>
        {
            Assert.That(Regex.Count(output, "\"name\":\"Analytical Engine\""), Is.EqualTo(2), "Ada reads her own, and Grace when she is in");
            Assert.That(Regex.Count(output, "\"name\":\"A-0\""), Is.EqualTo(2), "Grace made it and reads it");
            Assert.That(output, Does.Contain("\"inviter\":\"ada@example.org\"").And.Contain("\"action\":\"invitation.accepted\""));
            Assert.That(Regex.Count(output, "org.not_found\",\"traceId"), Is.EqualTo(2), "another's org and none");
            Assert.That(Regex.Count(output, "t_[0-9a-z]{26}"), Is.GreaterThanOrEqualTo(3), "a schema each, and the role");
            Assert.That(await errors, Does.Contain("permission denied"));
        });
    }

    [Test]
    public void Every_path_it_names_exists() =>
        Assert.That(
            Paths().Matches(Readme).Select(match => match.Groups[1].Value).Where(path => !path.Contains("Notes", StringComparison.Ordinal) && !path.Contains("0005_", StringComparison.Ordinal))
                .Where(path => !Path.Exists(Path.Combine(Repository.Root, path))),
            Is.Empty);

    [Test]
    public void Its_two_commands_stand_alone_and_ci_uses_the_second()
    {
        Assert.That(Readme, Does.Contain("```\ndotnet run --project Service\n```").And.Contain("```\ndotnet test\n```"));
        Assert.That(Repository.Read(".ci/run"), Does.Contain("\ndotnet test "));
    }

    private static bool CanRun(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex BashBlock();

    [GeneratedRegex("[`(]((?:Service|Migrations|Tenancy|Tests)(?:/[A-Za-z0-9_.]+)*)[`)]", RegexOptions.CultureInvariant)]
    private static partial Regex Paths();
}
