using Dapper;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Attacks;

/// <summary>
/// A careless developer lets a member of one org write SQL: one expression, one whole statement, or several. Whatever it is, it
/// brings nothing of another org to light and changes nothing there, and the next request on the same connection is well.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class InjectionTests
{
    private AttackedDatabase attacked = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => attacked = await AttackedDatabase.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task CleanAsync() => await attacked.DisposeAsync();

    [Test, CancelAfter(60_000)]
    public Task An_injected_expression_stays_in_its_tenant(
        [ValueSource(typeof(Payloads), nameof(Payloads.Expressions))] string expression, [Values] Attack.Parameters style, CancellationToken cancellationToken) =>
        AssertContainedAsync($"select {Parameter(style)}, {expression} from (values (1)) v(x)", style, cancellationToken);

    [Test, CancelAfter(60_000)]
    public Task A_broken_out_literal_stays_in_its_tenant(
        [ValueSource(typeof(Payloads), nameof(Payloads.Endings))] string ending, [Values] Attack.Parameters style, CancellationToken cancellationToken) =>
        AssertContainedAsync($"select name from projects where revision = {Parameter(style)} and name = '{ending}'", style, cancellationToken);

    [Test, CancelAfter(60_000)]
    public Task An_injected_statement_stays_in_its_tenant(
        [ValueSource(typeof(Payloads), nameof(Payloads.Statements))] string statement,
        [Values(Attack.Parameters.None, Attack.Parameters.Named)] Attack.Parameters style, CancellationToken cancellationToken) =>
        AssertContainedAsync(statement, style, cancellationToken);

    [Test, CancelAfter(60_000)]
    public Task Several_injected_statements_stay_in_their_tenant(
        [ValueSource(typeof(Payloads), nameof(Payloads.Statements))] string statement, [Values] Attack.Parameters style, CancellationToken cancellationToken) =>
        AssertContainedAsync(
            $"select {Parameter(style)}; {statement.TrimEnd(';')}; select name from {{victim}}.projects; commit; select name from {{victim}}.projects", style, cancellationToken);

    [TestCase("set role {victim}")]
    [TestCase("/* a /* nested */ comment */ set role {victim}")]
    [TestCase("-- select\nset role {victim}")]
    [TestCase("((set role {victim}))")]
    [TestCase("\uFEFFselect 1")]
    [TestCase("\u00A0select 1")]
    [TestCase("/* select 1")]
    [TestCase("selec\u0074\u0301 1")]
    [TestCase(";select 1")]
    [TestCase("\"select\" 1")]
    [TestCase("explain analyze select 1")]
    [TestCase("")]
    public void What_does_not_begin_as_a_query_is_not_sent(string sql)
    {
        var text = sql.Replace("{victim}", attacked.VictimSchema, StringComparison.Ordinal);
        Assert.That(async () => await Query(text), Throws.InstanceOf<NotSupportedException>());
        using var connection = attacked.Tenants.CreateConnection(attacked.Attacker);
        Assert.That(() => connection.ExecuteScalar(text), Throws.InstanceOf<NotSupportedException>());
    }

    [TestCase("select 1")]
    [TestCase("  \t\r\n\f(SELECT 1)")]
    [TestCase("/* a /* nested */ comment */ select 1")]
    [TestCase("-- a line\nselect 1")]
    [TestCase("with x as (select 1) select count(*) from x")]
    [TestCase("values (1)")]
    [TestCase("table projects")]
    public void What_begins_as_a_query_is_sent(string sql) => Assert.That(async () => await Query(sql), Throws.Nothing);

    private async Task Query(string sql)
    {
        await using var connection = attacked.Tenants.CreateConnection(attacked.Attacker);
        await connection.ExecuteAsync(sql);
    }

    private async Task AssertContainedAsync(string sql, Attack.Parameters style, CancellationToken cancellationToken)
    {
        var text = attacked.Fill(sql);
        await using var tenants = attacked.OpenPoolOfOne();
        foreach (var inTransaction in (bool[])[false, true])
        {
            var seen = await Attack.RunAsync(tenants, attacked.Attacker, text, style, inTransaction, cancellationToken);
            Assert.That(AttackedDatabase.SecretsIn(seen), Is.Empty, seen);
            // The connection that the attack was on, in the hands of its victim and then of the attacker.
            Assert.That(await AttackedDatabase.NamesAsync(tenants, attacked.Victim), Is.EqualTo([AttackedDatabase.Secret]));
            Assert.That(await AttackedDatabase.NamesAsync(tenants, attacked.Attacker), Is.EqualTo(["own"]));
        }
    }

    private static string Parameter(Attack.Parameters style) => style switch { Attack.Parameters.Named => "@x", Attack.Parameters.Positional => "$1", _ => "1" };
}
