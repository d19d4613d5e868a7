using System.Text;
using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Attacks;

/// <summary>
/// The attacks bite: with one guard taken away, the text that the other tests see refused brings the secret to light. And what
/// the database refuses by itself, when the guard of our own code is the one that is gone.
/// </summary>
internal sealed class GuardTests
{
    private AttackedDatabase attacked = null!;

    [SetUp]
    public async Task PrepareAsync() => attacked = await AttackedDatabase.CreateAsync(CancellationToken.None);

    [TearDown]
    public async Task CleanAsync() => await attacked.DisposeAsync();

    [TestCase("grant execute on function set_config(text, text, boolean), query_to_xml(text, boolean, boolean, text) to public",
        "select set_config('role', '{victim}', true) || query_to_xml('select name from {victim}.projects', true, true, '')::text")]
    [TestCase("grant execute on function set_config(text, text, boolean) to public; grant execute on function ts_stat(text) to public",
        "select string_agg(s.word, '-') || set_config('x.y', '', true) from (select set_config('role', '{victim}', true)) r, ts_stat('select array_to_tsvector(array[name]) from {victim}.projects') s where r is not null")]
    [TestCase("grant usage on schema {victim} to {attacker}; grant select on {victim}.projects to {attacker}", "select name from {victim}.projects")]
    [TestCase("alter role {attacker} inherit; grant {victim} to {attacker}", "select name from {victim}.projects")]
    [TestCase("grant usage on schema public to {attacker}; grant select on public.orgs to {attacker}", "select string_agg(slug, ',') from public.orgs")]
    [TestCase("grant execute on function lo_get(oid) to public; alter large object 4711 owner to {attacker}", "select encode(lo_get(4711), 'escape')")]
    [TestCase("grant select on pg_statistic to {attacker}", "select string_agg(stavalues1::text, ',') from pg_statistic")]
    public async Task Without_its_guard_an_expression_brings_the_secret(string opened, string sql)
    {
        Assert.That(await RunAsync(sql), Does.Not.Contain(AttackedDatabase.Secret).And.Not.Contain("zebra"));
        await OpenAsync(opened);
        Assert.That(AttackedDatabase.SecretsIn(await RunAsync(sql)), Is.Not.Empty);
    }

    private const string Block = "do $$ declare s text; begin set local role {victim}; select name into s from {victim}.projects; set local role {attacker}; insert into {attacker}.projects (id, name, created_by) values (gen_random_uuid(), s, gen_random_uuid()); end $$";

    [Test]
    public async Task A_DO_block_that_gets_past_our_code_is_refused_by_the_database_unless_languages_are_open_to_all()
    {
        Assert.That(await PastOurCodeAsync(Block), Does.Contain(PostgresErrorCodes.InsufficientPrivilege));
        Assert.That(await AttackedDatabase.NamesAsync(attacked.Tenants, attacked.Attacker), Is.EqualTo(["own"]));

        await OpenAsync("grant usage on language plpgsql to public");
        await PastOurCodeAsync(Block);
        Assert.That(await AttackedDatabase.NamesAsync(attacked.Tenants, attacked.Attacker), Does.Contain(AttackedDatabase.Secret));
    }

    // What PostgreSQL cannot take from a login that is a member of many roles. Our connection never sends it.
    [Test]
    public async Task Two_statements_at_will_past_our_code_reach_another_tenant()
    {
        await using var login = await TestDatabase.OpenAsync(attacked.Database.Logins.Data, CancellationToken.None);
        await using var transaction = await login.BeginTransactionAsync();
        await login.ExecuteAsync(attacked.Fill("set local role {attacker}"));
        await login.ExecuteAsync(attacked.Fill("set local role {victim}"));
        Assert.That(await login.QuerySingleAsync<string>(attacked.Fill("select name from {victim}.projects")), Is.EqualTo(AttackedDatabase.Secret));
    }

    // Everything that the attacks try, sent past our code: the database alone lets none of it read or write another tenant.
    [Test]
    public async Task One_statement_past_our_code_reaches_no_other_tenant([ValueSource(typeof(Payloads), nameof(Payloads.Statements))] string statement)
    {
        Assert.That(AttackedDatabase.SecretsIn(await PastOurCodeAsync(statement)), Is.Empty);
        Assert.That(await AttackedDatabase.NamesAsync(attacked.Tenants, attacked.Victim), Is.EqualTo([AttackedDatabase.Secret]));
        Assert.That(await AttackedDatabase.NamesAsync(attacked.Tenants, attacked.Attacker), Does.Not.Contain(AttackedDatabase.Secret));
    }

    [TestCase("truncate projects")]
    [TestCase("drop table projects")]
    [TestCase("alter table projects add column x text")]
    [TestCase("create table t (id integer)")]
    [TestCase("create temp table t (id integer)")]
    [TestCase("create function f() returns integer language sql as 'select 1'")]
    [TestCase("create schema s")]
    [TestCase("lock table {victim}.projects")]
    public async Task A_tenants_role_makes_and_drops_nothing_past_our_code_either(string sql) =>
        Assert.That(await PastOurCodeAsync(sql), Does.Contain(PostgresErrorCodes.InsufficientPrivilege));

    private Task<string> RunAsync(string sql) => Attack.RunAsync(
        attacked.Tenants, attacked.Attacker, attacked.Fill(sql), Attack.Parameters.None, inTransaction: false, CancellationToken.None);

    private async Task<string> PastOurCodeAsync(string sql)
    {
        var options = attacked.Database.Options();
        await using var source = DataSources.Build(options.DataConnection, 1, "attack", TimeSpan.FromMinutes(1));
        using var circuit = new DatabaseCircuit("data", options);
        await using var connection = new TenantConnection(DataPlane.Of(new SharedPool([new PoolSlot(source)], 1, 1, options.OpenTimeout), circuit, options), attacked.Attacker);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = connection.CreateTenantBatch(new NpgsqlBatchCommand(attacked.Fill(sql)), 10, again: false);
        var seen = new StringBuilder();
        try
        {
            await using (var reader = await batch.ExecuteReaderAsync())
                while (await reader.NextResultAsync())
                    while (await reader.ReadAsync()) seen.Append(reader.GetValue(0)).Append(' ');
            await transaction.CommitAsync();
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or NotSupportedException)
        {
            seen.Append(error);
        }

        return seen.ToString();
    }

    private async Task OpenAsync(string sql)
    {
        await using var admin = await attacked.Database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync(attacked.Fill(sql));
    }
}
