using System.Text.Json;

namespace Tenantry.Tests.Cli;

/// <summary>export, import, clone and erase.</summary>
internal sealed class TransferTests : CliFixture
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task An_exported_org_is_imported_beside_itself()
    {
        await RunAsync("seed", "acme");
        var export = await RunAsync("export", "acme", PathOf("acme.zip"), "--json");
        Assert.That((export.ExitCode, export.Json.GetProperty("tables").GetInt32(), export.Json.GetProperty("version").GetInt32()), Is.EqualTo((0, 4, 4)), export.Err);
        Assert.That(export.Err, Does.Contain("projects: ").And.Contain("(4 of 4)"));

        var import = await RunAsync("import", PathOf("acme.zip"), "globex", "--admin", "grace@example.com", "--json");
        Assert.That((import.ExitCode, import.Json.GetProperty("accountMade").GetBoolean(), import.Json.GetProperty("state").GetString()), Is.EqualTo((0, true, "active")), import.Err);
        Assert.That(import.Json.GetProperty("rows").GetInt64(), Is.EqualTo(export.Json.GetProperty("rows").GetInt64()).And.GreaterThan(0));
        Assert.That(await AdminAsync<long>("select count(distinct name) from public.orgs"), Is.EqualTo(1), "the name is the file's");
        var (acme, globex) = (await SchemaAsync("acme"), import.Json.GetProperty("schema").GetString());
        Assert.That(await AdminAsync<long>($"select count(*) from (select t::text from {acme}.tasks t except select t::text from {globex}.tasks t) x"), Is.Zero);
        Assert.That((await RunAsync("drift")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_imported_is_one_line_and_leaves_no_account()
    {
        await RunAsync("seed", "acme");
        await RunAsync("export", "acme", PathOf("acme.zip"));
        await File.WriteAllTextAsync(PathOf("foreign.zip"), "not a zip");
        var users = await AdminAsync<long>("select count(*) from public.users");
        foreach (var (exitCode, words, args) in new (int, string, string[])[]
        {
            (1, "no export", ["import", PathOf("foreign.zip"), "globex", "--admin", "new@example.com"]),
            (1, "taken", ["import", PathOf("acme.zip"), "acme", "--admin", "new@example.com"]),
            (2, "no file", ["import", PathOf("none.zip"), "globex", "--admin", "new@example.com"]),
            (2, "--admin", ["import", PathOf("acme.zip"), "globex"]),
            (2, "--force", ["export", "acme", PathOf("acme.zip")]),
            (2, "folder", ["export", "acme", PathOf("no/such/folder.zip")]),
            (1, "no org nobody", ["export", "nobody", PathOf("nobody.zip")]),
        })
        {
            var run = await RunAsync(args);
            Assert.That((run.ExitCode, run.Out), Is.EqualTo((exitCode, "")), run.Err);
            Assert.That(run.Err.Trim(), Does.Contain(words).And.Not.Contain("\n"));
        }

        Assert.That(await AdminAsync<long>("select count(*) from public.users"), Is.EqualTo(users));
        Assert.That(await AdminAsync<long>("select count(*) from public.tenants"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_clone_has_the_sources_admins_or_the_one_that_is_named()
    {
        await RunAsync("seed", "acme");
        var copy = await RunAsync("clone", "acme", "acme-copy", "--json");
        Assert.That((copy.ExitCode, copy.Json.GetProperty("rows").GetInt64() > 0), Is.EqualTo((0, true)), copy.Err);
        const string people = "select string_agg(user_id || role, ' ' order by user_id) from public.memberships m join public.orgs o on o.id = m.org_id where o.slug = @slug and role = 'admin'";
        Assert.That(await AdminAsync<string>(people, new { slug = "acme-copy" }), Is.EqualTo(await AdminAsync<string>(people, new { slug = "acme" })));

        var empty = await RunAsync("clone", "acme", "acme-empty", "--no-data", "--admin", "grace@example.com", "--name", "Empty", "--json");
        Assert.That((empty.ExitCode, empty.Json.GetProperty("rows").GetInt64()), Is.EqualTo((0, 0)), empty.Err);
        Assert.That(await AdminAsync<string>("select string_agg(u.email, ' ') from public.memberships m join public.orgs o on o.id = m.org_id join public.users u on u.id = m.user_id where o.name = 'Empty'"), Is.EqualTo("grace@example.com"));
        Assert.That((await RunAsync("clone", "acme", "acme-copy")).Err, Does.Contain("taken"));
        Assert.That(await AdminAsync<long>($"select count(*) from {await SchemaAsync("acme-copy")}.projects"), Is.EqualTo(await AdminAsync<long>($"select count(*) from {await SchemaAsync("acme")}.projects")));
    }

    [TestCase("erase", "acme", "--certificate", "FILE")]
    [TestCase("erase", "acme", "--certificate", "FILE", "-y")]
    [TestCase("erase", "acme", "--certificate", "FILE", "-y", "--confirm", "globex")]
    [TestCase("erase", "acme", "-y", "--confirm", "acme")]
    [TestCase("erase", "acme", "--certificate", "FILE/none/file", "-y", "--confirm", "acme")]
    public async Task Erase_needs_the_slug_again_and_a_place_for_the_certificate(params string[] args)
    {
        await CreateAsync("acme");
        Assert.That((await RunAsync([.. args.Select(arg => arg.Replace("FILE", PathOf("c.json"), StringComparison.Ordinal))])).ExitCode, Is.EqualTo(2));
        Assert.That(await AdminAsync<string>("select state from public.tenants"), Is.EqualTo("active"));
    }

    [Test]
    public async Task An_erased_orgs_certificate_is_written_and_can_be_had_again()
    {
        await RunAsync("seed", "acme");
        await RunAsync("drop", "acme", "-y", "--confirm", "acme");
        var erase = await RunAsync("erase", "acme", "-y", "--confirm", "acme", "--certificate", PathOf("c.json"), "--json");
        Assert.That((erase.ExitCode, erase.Json.GetProperty("state").GetString(), erase.Json.GetProperty("before").GetBoolean()), Is.EqualTo((0, "erased", false)), erase.Err);
        var certificate = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("c.json"))).RootElement;
        Assert.That(certificate.GetProperty("certificate").GetProperty("tables").GetArrayLength(), Is.EqualTo(5));
        Assert.That(certificate.GetProperty("sha256").GetString(), Is.EqualTo(erase.Json.GetProperty("sha256").GetString()));

        Assert.That((await RunAsync("erase", "acme", "-y", "--confirm", "acme", "--certificate", PathOf("c.json"))).ExitCode, Is.EqualTo(2), "it is there");
        var again = await RunAsync("erase", "acme", "-y", "--confirm", "acme", "--certificate", PathOf("again.json"), "--json");
        Assert.That((again.ExitCode, again.Json.GetProperty("before").GetBoolean()), Is.EqualTo((0, true)), again.Err);
        Assert.That(await File.ReadAllTextAsync(PathOf("again.json")), Is.EqualTo(await File.ReadAllTextAsync(PathOf("c.json"))));
        Assert.That((await RunAsync("erase", "nobody", "-y", "--confirm", "nobody", "--certificate", PathOf("n.json"))).ExitCode, Is.EqualTo(1));
    }

    private string PathOf(string file) => Path.Combine(folder, file);

    private Task<string?> SchemaAsync(string slug) => AdminAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @slug", new { slug });
}
