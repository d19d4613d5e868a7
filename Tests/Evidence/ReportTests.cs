using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Json.Schema;
using Tenantry.Tests.Cli;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>The report as a file: its seal, its chain, its exceptions, its page.</summary>
internal sealed class ReportTests : CliFixture
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("tenantry-report").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_signed_report_holds_and_one_altered_by_a_letter_does_not()
    {
        await CreateAsync("acme");
        await WriteKeyAsync("evidence.key");
        await WriteKeyAsync("other.key");
        Assert.That((await RunAsync("audit", "registry", "--out", PathOf("audit.json"), "--key", PathOf("evidence.key"))).ExitCode, Is.Zero);
        var verified = await RunAsync("report", "verify", PathOf("audit.json"), "--public-key", PathOf("evidence.key.pub"), "--json");
        Assert.That((verified.ExitCode, verified.Json.GetProperty("holds").GetBoolean(), verified.Json.GetProperty("signature").GetBoolean()), Is.EqualTo((0, true, true)), verified.Out);
        Assert.That((await RunAsync("report", "verify", PathOf("audit.json"))).Out, Does.Contain("compare that with the id that you trust"));
        Assert.That((await RunAsync("report", "verify", PathOf("audit.json"), "--public-key", PathOf("other.key.pub"))).ExitCode, Is.EqualTo(1));
        Assert.That((await RunAsync("report", "verify", PathOf("audit.json"), "--public-key", PathOf("evidence.key"))).ExitCode, Is.Zero, "a private key holds the public one");

        var text = await File.ReadAllTextAsync(PathOf("audit.json"));
        await File.WriteAllTextAsync(PathOf("spaced.json"), JsonSerializer.Serialize(JsonDocument.Parse(text).RootElement));
        Assert.That((await RunAsync("report", "verify", PathOf("spaced.json"))).ExitCode, Is.Zero, "white space is no content");
        await File.WriteAllTextAsync(PathOf("altered.json"), text.Replace("\"canaries\": 2", "\"canaries\": 3"));
        Assert.That((await RunAsync("report", "verify", PathOf("altered.json"), "--json")).Json.GetProperty("hash").GetBoolean(), Is.False);
        // Whoever makes the hash fit has not the key.
        var report = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Canonical(JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("altered.json"))).RootElement.GetProperty("report"))));
        await File.WriteAllTextAsync(PathOf("forged.json"), (await File.ReadAllTextAsync(PathOf("altered.json"))).Replace(JsonDocument.Parse(text).RootElement.GetProperty("sha256").GetString()!, Convert.ToHexStringLower(report)));
        var forged = (await RunAsync("report", "verify", PathOf("forged.json"), "--json")).Json;
        Assert.That((forged.GetProperty("hash").GetBoolean(), forged.GetProperty("signature").GetBoolean(), forged.GetProperty("holds").GetBoolean()), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task A_stranger_with_openssl_proves_the_signature()
    {
        if (!File.Exists("/usr/bin/openssl")) { Assert.Ignore("This needs openssl."); return; }
        await WriteKeyAsync("evidence.key");
        await RunAsync("audit", "roles", "--out", PathOf("audit.json"), "--key", PathOf("evidence.key"));
        var file = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("audit.json"))).RootElement;
        await File.WriteAllTextAsync(PathOf("canonical"), Canonical(file.GetProperty("report")));
        await File.WriteAllBytesAsync(PathOf("signature"), Convert.FromBase64String(file.GetProperty("signature").GetProperty("value").GetString()!));
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["dgst", "-sha256", "-verify", PathOf("evidence.key.pub"), "-signature", PathOf("signature"), PathOf("canonical")]) { RedirectStandardOutput = true })!;
        Assert.That((await process.StandardOutput.ReadToEndAsync()).Trim(), Is.EqualTo("Verified OK"));
    }

    [Test]
    public async Task A_report_names_the_one_before_and_the_log_must_still_have_what_that_one_fixed()
    {
        await CreateAsync("acme");
        await RunAsync("audit", "data", "--out", PathOf("first.json"));
        await CreateAsync("globex");
        var run = await RunAsync("audit", "data", "--previous", PathOf("first.json"), "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Err);
        var second = run.Json.GetProperty("report");
        var first = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("first.json"))).RootElement;
        Assert.That(second.GetProperty("previous").GetProperty("sha256").GetString(), Is.EqualTo(first.GetProperty("sha256").GetString()));
        Assert.That(second.GetProperty("verdict").GetString(), Is.EqualTo("pass_with_limitations"), second.ToString());
        Assert.That((await RunAsync("log", "verify", "--against", PathOf("first.json"))).ExitCode, Is.Zero);

        // The whole chain made anew: it computes, and says something else.
        await AdminAsync(
            """
            alter table public.audit_log disable trigger audit_log_append_only;
            create temp table was as select l from public.audit_log l where action = 'org.created' order by at limit 1;
            delete from public.audit_log a using was where a.chain = (was.l).chain;
            delete from public.audit_chains c using was where c.id = (was.l).chain;
            insert into public.audit_log (id, actor_kind, action, org_id, details) select (l).id, 'operator', 'org.created', (l).org_id, '{}' from was;
            """);
        Assert.That((await RunAsync("log", "verify")).ExitCode, Is.Zero);
        var against = await RunAsync("log", "verify", "--against", PathOf("first.json"), "--json");
        Assert.That((against.ExitCode, against.Json.GetProperty("faults")[0].GetProperty("kind").GetString()), Is.EqualTo((1, "replaced")));
        var found = await RunAsync("audit", "data", "--previous", PathOf("first.json"));
        Assert.That((found.ExitCode, found.Out), Is.EqualTo((1, found.Out)).And.Matches<(int, string)>(seen => seen.Item2.Contains("data.audit_log_continuity (high)")));
    }

    [TestCase("update public.audit_log set origin = 'elsewhere' where position = 2", "altered")]
    [TestCase("delete from public.audit_log where position = 1", "missing")]
    [TestCase("delete from public.audit_log where position = 2", "cut")]
    [TestCase("update public.audit_log l set at = at - interval '1 day' where position = 1; update public.audit_log l set hash = public.audit_hash(l) where position = 1", "unlinked")]
    [TestCase("delete from public.audit_chains", "cut")]
    public async Task Log_verify_finds_what_was_altered_or_taken_away(string sql, string kind)
    {
        await CreateAsync("acme");
        await RunAsync("suspend", "acme");
        var sound = await RunAsync("log", "verify", "--json");
        Assert.That((sound.ExitCode, sound.Json.GetProperty("broken").GetInt64()), Is.EqualTo((0, 0)), sound.Out);
        Assert.That(sound.Json.GetProperty("rows").GetInt64(), Is.GreaterThanOrEqualTo(2));
        await AdminAsync("alter table public.audit_log disable trigger audit_log_append_only; " + sql);
        var run = await RunAsync("log", "verify", "--json");
        Assert.That(run.Json.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("kind").GetString()), Does.Contain(kind), run.Out);
        Assert.That((await RunAsync("log", "verify")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task An_exception_accepts_its_finding_until_its_day_and_one_without_a_finding_is_a_finding()
    {
        var schema = await CreateSchemaAsync("acme");
        await AdminAsync($"grant usage on schema {schema} to public");
        async Task<JsonElement> AuditAsync(string subject, string expires)
        {
            await File.WriteAllTextAsync(PathOf("exceptions.json"),
                JsonSerializer.Serialize(new[] { new { check = "privileges.schemas", subject, owner = "ada", reason = "until the move", expires } }));
            return (await RunAsync("audit", "privileges.schemas", "--exceptions", PathOf("exceptions.json"), "--json")).Json.GetProperty("report");
        }

        string StatusOf(JsonElement report, string id) => report.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == id).GetProperty("status").GetString()!;
        var accepted = await AuditAsync(schema, "2999-12-31");
        Assert.That((StatusOf(accepted, "privileges.schemas"), StatusOf(accepted, "exceptions.current")), Is.EqualTo(("accepted", "passed")), accepted.ToString());
        Assert.That(accepted.GetProperty("exceptions")[0].GetProperty("status").GetString(), Is.EqualTo("used"));
        var expired = await AuditAsync(schema, "2020-01-01");
        Assert.That((StatusOf(expired, "privileges.schemas"), StatusOf(expired, "exceptions.current"), expired.GetProperty("verdict").GetString()), Is.EqualTo(("findings", "findings", "fail")));
        var unmatched = await AuditAsync("t_0000000000", "2999-12-31");
        Assert.That((StatusOf(unmatched, "privileges.schemas"), unmatched.GetProperty("exceptions")[0].GetProperty("status").GetString()), Is.EqualTo(("findings", "unmatched")));
        await File.WriteAllTextAsync(PathOf("unknown.json"), """[{"check":"no.such","subject":"x","owner":"ada","reason":"y","expires":"2999-12-31"}]""");
        Assert.That((await RunAsync("audit", "--exceptions", PathOf("unknown.json"))).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task The_whole_report_has_probes_and_a_page_that_asks_for_nothing_and_names_nobody()
    {
        var schema = await CreateSchemaAsync("acme");
        await AdminAsync($"grant usage on schema {schema} to public");
        var run = await RunAsync("audit", "--html", PathOf("audit.html"), "--out", PathOf("audit.json"), "--json");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Err);
        var report = run.Json.GetProperty("report");
        Assert.That(report.GetProperty("probes").GetProperty("attempts").GetInt64(), Is.Positive);
        Assert.That(report.GetProperty("log").GetProperty("broken").GetInt64(), Is.Zero);
        Assert.That(report.GetProperty("logins").EnumerateArray().Select(login => login.GetProperty("purpose").GetString()), Is.SupersetOf(new[] { "owner", "control", "data", "auditor", "superuser" }));

        var page = await File.ReadAllTextAsync(PathOf("audit.html"));
        Assert.That(page, Does.Contain("PUBLIC has USAGE").And.Contain(run.Json.GetProperty("sha256").GetString()!).And.Contain("default-src 'none'"));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("http:").And.Not.Contain("https:").And.Not.Contain("src="));
        Assert.That(page + run.Out, Does.Not.Contain("acme").And.Not.Contain("ada@example.com"));
        Assert.That(report.GetProperty("names").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await RunAsync("audit", "registry", "--names", "--json")).Json.GetProperty("report").GetProperty("names").GetProperty(schema).GetString(), Is.EqualTo("acme"));
        Assert.That((await RunAsync("audit", "--no-probes", "--json")).Json.GetProperty("report").GetProperty("limitations").EnumerateArray().Select(one => one.GetString()), Does.Contain("The live probes were not run."));
    }

    [Test]
    public async Task The_report_is_as_its_published_schema_says()
    {
        var schema = JsonSchema.FromText(Repository.Read("docs/evidence.schema.json"));
        var open = await CreateSchemaAsync("acme");
        await WriteKeyAsync("evidence.key");
        await RunAsync("audit", "registry", "--out", PathOf("first.json"));
        await AdminAsync($"grant usage on schema {open} to public; revoke all on tenancy.guarded_functions from {new Npgsql.NpgsqlConnectionStringBuilder(Database.Logins.Auditor).Username}");
        await File.WriteAllTextAsync(PathOf("exceptions.json"), JsonSerializer.Serialize(new[] { new { check = "privileges.schemas", subject = open, owner = "ada", reason = "a test", expires = "2999-12-31" } }));
        await RunAsync("audit", "--out", PathOf("second.json"), "--previous", PathOf("first.json"), "--exceptions", PathOf("exceptions.json"), "--key", PathOf("evidence.key"), "--names");
        foreach (var file in (string[])["first.json", "second.json"])
        {
            var result = schema.Evaluate(JsonDocument.Parse(await File.ReadAllTextAsync(PathOf(file))).RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
            Assert.That(result.IsValid, string.Join('\n', result.Details?.Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{file} {detail.InstanceLocation}: {error.Value}")) ?? []));
        }

        Assert.That(schema.Evaluate(JsonDocument.Parse("""{"report": {}, "sha256": "x", "signature": null}""").RootElement).IsValid, Is.False, "the schema says something");
    }

    [Test]
    public async Task An_export_and_an_erasure_are_certified_in_the_same_form()
    {
        await CreateAsync("acme");
        await WriteKeyAsync("evidence.key");
        Assert.That((await RunAsync("export", "acme", PathOf("acme.zip"), "--certificate", PathOf("exported.json"), "--key", PathOf("evidence.key"))).ExitCode, Is.Zero);
        Assert.That((await RunAsync("report", "verify", PathOf("exported.json"), "--public-key", PathOf("evidence.key.pub"))).ExitCode, Is.Zero);
        var exported = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("exported.json"))).RootElement.GetProperty("certificate");
        Assert.That(exported.GetProperty("tables").EnumerateArray().Select(table => table.GetProperty("name").GetString()), Does.Contain("projects"));
        Assert.That(exported.ToString(), Does.Not.Contain("acme").And.Contain("manifestSha256"));
        var run = await RunAsync("erase", "acme", "--certificate", PathOf("erased.json"), "--key", PathOf("evidence.key"), "-y", "--confirm", "acme");
        Assert.That(run.ExitCode, Is.Zero, run.Err);
        Assert.That((await RunAsync("report", "verify", PathOf("erased.json"), "--public-key", PathOf("evidence.key.pub"))).ExitCode, Is.Zero);
    }

    private string PathOf(string file) => Path.Combine(folder, file);

    private async Task WriteKeyAsync(string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(PathOf(file), key.ExportECPrivateKeyPem());
        await File.WriteAllTextAsync(PathOf(file + ".pub"), key.ExportSubjectPublicKeyInfoPem());
    }

    // Members in order already, as they are written: only the white space goes, as jq -c does it.
    private static string Canonical(JsonElement report) =>
        JsonSerializer.Serialize(report, Plain);
}
