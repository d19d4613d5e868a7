using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Attacks;

/// <summary>
/// A session that nobody resets between two tenants, as the service has them: whatever the first sends, the second finds it as it
/// was. What would stay on it the server refuses, which the self-test requires before it lets a service start.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class KeptSessionTests
{
    // All that a session holds beyond its transactions; of prepared statements those that Npgsql did not make.
    private const string State =
        """
        select concat_ws(E'\n',
            pg_backend_pid(),
            (select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where source in ('session', 'database user') and name <> 'transaction_isolation'),
            session_user, current_user, current_setting('role'), current_setting('search_path'),
            (select count(*) from pg_locks where pid = pg_backend_pid() and locktype not in ('relation', 'virtualxid')),
            (select count(*) from pg_cursors where is_holdable), (select count(*) from pg_listening_channels()),
            (select count(*) from pg_class where relnamespace = pg_my_temp_schema()),
            (select count(*) from pg_prepared_statements where name !~ '^_auto[0-9]+$'))
        """;

    private AttackedDatabase attacked = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => attacked = await AttackedDatabase.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task CleanAsync() => await attacked.DisposeAsync();

    [Test, CancelAfter(120_000)]
    public async Task Whatever_an_attacker_sends_leaves_nothing_on_a_session_that_is_not_reset([Values] bool inTransaction, [Values(0, 500)] int prepared, CancellationToken cancellationToken)
    {
        var options = attacked.Database.Options();
        (options.DataPoolSize, options.MaxAutoPrepare, options.ResetSessions) = (1, prepared, false);
        await using var tenants = new TenantDatabase(options);
        var before = await ReadAsync(tenants);
        var left = new List<string>();
        foreach (var text in Texts().Select(attacked.Fill))
        {
            await Attack.RunAsync(tenants, attacked.Attacker, text, Attack.Parameters.None, inTransaction, cancellationToken);
            var after = await ReadAsync(tenants);
            if (after != before) left.Add($"{text}:\n{after}\ninstead of\n{before}");
            before = after;
        }

        Assert.That(left, Is.Empty);
    }

    // The control: what nobody may send is seen, where somebody does.
    [TestCase("set work_mem = '5MB'")]
    [TestCase("listen tenants")]
    [TestCase("declare c cursor with hold for select 1")]
    [TestCase("prepare stolen as select 1")]
    public async Task What_stays_on_a_session_is_seen(string sql)
    {
        var options = attacked.Database.Options();
        await using var source = DataSources.Build(options.DataConnection, 1, "kept", TimeSpan.FromMinutes(5), autoPrepare: 500, reset: false);
        async Task<string> ReadStateAsync()
        {
            await using var connection = await source.OpenConnectionAsync();
            return await connection.QuerySingleAsync<string>(State);
        }

        var before = await ReadStateAsync();
        await using (var connection = await source.OpenConnectionAsync()) await connection.ExecuteAsync(sql);
        Assert.That(await ReadStateAsync(), Is.Not.EqualTo(before));
    }

    [Test]
    public async Task Sessions_are_reset_unless_the_host_says_otherwise([Values] bool reset)
    {
        var options = new TenancyOptions { DataConnection = attacked.Database.Options().DataConnection, DataPoolSize = 1 };
        if (!reset) options.ResetSessions = false;
        await using var pool = SharedPool.Build(options);
        using var place = await pool.TakeAsync(0, CancellationToken.None);
        await using (var connection = await place.Source.OpenConnectionAsync()) await connection.ExecuteAsync("set work_mem = '5MB'");
        await using var next = await place.Source.OpenConnectionAsync();
        Assert.That(await next.QuerySingleAsync<string>("show work_mem"), reset ? Is.Not.EqualTo("5MB") : Is.EqualTo("5MB"));
    }

    private async Task<string> ReadAsync(TenantDatabase tenants)
    {
        await using var connection = tenants.CreateConnection(attacked.Victim);
        return await connection.QuerySingleAsync<string>(State);
    }

    // The counting of a trillion rows, which ends with its time limit, is tried elsewhere.
    private static IEnumerable<string> Texts() =>
    [
        .. Payloads.Expressions.Where(text => !text.Contains("generate_series(1, 1000000000000)", StringComparison.Ordinal)).Select(expression => $"select 1, {expression} from (values (1)) v(x)"),
        .. Payloads.Endings.Select(ending => $"select name from projects where name = '{ending}'"),
        .. Payloads.Statements,
        "select setseed(0.5)", "select nextval('s'), currval('s'), lastval()", "select pg_stat_clear_snapshot()",
    ];
}
