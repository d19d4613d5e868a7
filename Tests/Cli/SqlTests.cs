using Tenantry.Migrations.Cli;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Cli;

/// <summary>sql: one tenant and nothing else, and never unnoticed.</summary>
internal sealed class SqlTests : CliFixture
{
    private string acme = null!;
    private string globex = null!;

    [SetUp]
    public async Task MakeTenantsAsync()
    {
        acme = await CreateSchemaAsync("acme");
        globex = await CreateSchemaAsync("globex");
    }

    [Test]
    public async Task Statements_run_in_the_tenant_and_answer_a_table_or_json()
    {
        var text = $"insert into projects (id, name, created_by) values ('{Guid.CreateVersion7()}', 'A;b', '{Guid.Empty}'); select name, revision, revision = 1 as first, null as nothing from projects";
        var run = await RunAsync("sql", "acme", "--json", "-c", text);
        Assert.That(run.ExitCode, Is.Zero, run.Err);
        var results = run.Json.GetProperty("results");
        Assert.That(results[0].GetProperty("affected").GetInt32(), Is.EqualTo(1));
        Assert.That(results[1].GetProperty("rows").GetRawText().Replace(" ", "").Replace("\n", ""), Is.EqualTo("[[\"A;b\",1,true,null]]"));
        Assert.That((await RunAsync("sql", "acme", "-c", "select name from projects")).Out, Does.Contain("A;b"), "it was committed");
        Assert.That(await AdminAsync<long>($"select count(*) from {globex}.projects"), Is.Zero);
    }

    [TestCase("select * from public.users")]
    [TestCase("select * from {other}.projects")]
    [TestCase("set role {otherRole}; select * from {other}.projects")]
    [TestCase("reset role; select * from {other}.projects")]
    [TestCase("commit; select * from {other}.projects")]
    [TestCase("select set_config('role', '{otherRole}', false)")]
    [TestCase("set session authorization {otherRole}")]
    [TestCase("create table escape (id integer)")]
    [TestCase("commit; set role {otherRole}; select * from {other}.projects")]
    public async Task Another_tenant_and_the_shared_schema_are_out_of_reach(string text)
    {
        var run = await RunAsync("sql", "acme", "-c", text.Replace("{otherRole}", globex).Replace("{other}", globex));
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Out);
        Assert.That(run.Err.Trim(), Does.Contain("42501").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_failure_undoes_the_statements_before_it()
    {
        var run = await RunAsync("sql", "acme", "-c", $"insert into projects (id, name, created_by) values ('{Guid.CreateVersion7()}', 'x', '{Guid.Empty}'); select nonsense");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(await AdminAsync<long>($"select count(*) from {acme}.projects"), Is.Zero);
    }

    [Test]
    public async Task A_session_is_in_the_audit_log_even_when_it_fails()
    {
        await RunAsync("sql", "acme", "-c", "select nonsense");
        Assert.That(await AdminAsync<string>(
            "select l.actor_kind || ' ' || o.slug from public.audit_log l join public.orgs o on o.id = l.org_id where l.action = 'tenant.session.opened'"), Is.EqualTo("operator acme"));
    }

    [Test]
    public async Task A_file_and_stdin_are_read()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "select 41 + 1 as answer;\n-- the end\n");
        Assert.That((await RunAsync("sql", "acme", "-f", file, "--json")).Out, Does.Contain("42"));
        File.Delete(file);
        var piped = await CliRun.RunAsync(["sql", "acme", "--json", "--connection", Database.AdminConnection], new StringReader("select 6 * 7"), false, new StringWriter(), CancellationToken.None);
        Assert.That(piped.Out, Does.Contain("42"));
    }

    [Test]
    public async Task Psql_starts_in_the_tenant_and_no_secret_is_among_its_arguments()
    {
        var start = PsqlSession.Describe(PsqlSession.FindProgram() ?? "psql", Database.Logins.Data, SchemaName.Parse(acme));
        Assert.That(start.ArgumentList, Is.Empty);
        Assert.That(start.Environment["PGOPTIONS"], Is.EqualTo($"-c role={acme} -c search_path={acme},pg_temp"));
        if (PsqlSession.FindProgram() is null) Assert.Ignore("psql is not on PATH.");

        foreach (var argument in new[] { "-X", "-At", "-c", "reset role; select current_user, current_schema, (select count(*) from projects)" }) start.ArgumentList.Add(argument);
        start.RedirectStandardOutput = true;
        using var psql = System.Diagnostics.Process.Start(start)!;
        Assert.That((await psql.StandardOutput.ReadToEndAsync()).Split('\n')[^2], Is.EqualTo($"{acme}|{acme}|0"));
    }

    [TestCase("select 1; select 2", 2)]
    [TestCase("select ';'; ;", 1)]
    [TestCase("select E'\\';'; select 1", 2)]
    [TestCase("select \"a;b\" -- c; d\n; /* ; /* ; */ ; */ select 1;", 2)]
    [TestCase("do $$ begin; end $$; select $tag$ ; $$ ; $tag$", 2)]
    [TestCase("select a$b$c from d; select 1", 2)]
    [TestCase("select $$ ; $$; select 'x''; y'; select 1", 3)]
    [TestCase("select 'open ; never closed", 1)]
    [TestCase(" -- nothing\n", 0)]
    public void Statements_are_split_where_they_end(string text, int count) =>
        Assert.That(SqlStatement.Split(text), Has.Count.EqualTo(count));
}
