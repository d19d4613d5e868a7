using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Provisioning;

/// <summary>Schemas made before their orgs: whole, nobody's, and taken once.</summary>
internal sealed class SparePoolTests
{
    private TestDatabase database = null!;
    private Guid admin;

    private static ScriptSet Newer { get; } = With("0099_create_notes", "create table notes (id uuid primary key);");

    private static ScriptSet Broken { get; } = With("0099_break", "create table half (id int); select 1 / 0;");

    private SparePool Spares => database.Database.Provisioner.Spares;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        admin = await database.AddUserAsync("ada@example.com", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task A_new_org_takes_a_spare_id_and_all_and_is_as_whole_as_one_from_scratch()
    {
        await database.AddOrgAsync("from-scratch", admin, CancellationToken.None);
        Assert.That(await Spares.FillAsync(1, CancellationToken.None), Is.EqualTo(new SpareReport(Made: 1, Removed: 0)));
        var spare = await AskAsync<Guid>("select id from public.tenants where spare_scripts is not null and state = 'provisioning'");
        Assert.That(await database.AddOrgAsync("from-a-spare", admin, CancellationToken.None), Is.EqualTo(spare));

        const string likeness =
            """
            select o.slug, concat_ws(' ', t.state, t.version, t.spare_scripts, t.last_error, t.login_key, m.role, a.action, a.actor_kind,
                   (select string_agg(c.relname || ':' || replace(c.relacl::text, t.schema_name, 'tenant'), ' ' order by c.relname) from pg_class c where c.relnamespace = n.oid and c.relkind = 'r'),
                   replace(n.nspacl::text, t.schema_name, 'tenant'), r.rolcanlogin, pg_has_role(current_database() || '_data', r.oid, 'member'))
            from public.tenants t join public.orgs o using (id) join public.memberships m on m.org_id = t.id join public.audit_log a on a.org_id = t.id
            join pg_namespace n on n.nspname = t.schema_name join pg_roles r on r.rolname = t.schema_name
            """;
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        var orgs = (await server.QueryAsync<(string Slug, string Likeness)>(likeness)).ToDictionary(row => row.Slug, row => row.Likeness);
        Assert.That(orgs["from-a-spare"], Is.EqualTo(orgs["from-scratch"]));

        await using var tenants = new TenantDatabase(database.Options());
        await using var tenant = tenants.CreateConnection(new TenantScope(await database.AddSessionAsync(admin, CancellationToken.None), TestDatabase.SlugOf("from-a-spare")));
        Assert.That(await tenant.ExecuteScalarAsync<long>("select count(*) from projects"), Is.Zero);
    }

    [Test]
    public async Task Of_many_orgs_made_at_once_no_two_take_the_same_spare()
    {
        await Spares.FillAsync(6, CancellationToken.None);
        var spares = await ListSparesAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => database.AddOrgAsync($"org-{i}", admin, CancellationToken.None)));
        Assert.That(made, Is.Unique.And.SupersetOf(spares));
        Assert.That(await ListSparesAsync(), Is.Empty);
        await AssertNothingIsHalfMadeAsync(tenants: 9);
    }

    [Test]
    public async Task An_org_that_is_refused_gives_its_spare_back()
    {
        await database.AddOrgAsync("taken", admin, CancellationToken.None);
        await Spares.FillAsync(1, CancellationToken.None);
        var provisioner = database.Database.Provisioner;
        Assert.That((await provisioner.CreateAsync(Org("taken"), CancellationToken.None)).Outcome, Is.EqualTo(ProvisioningOutcome.SlugTaken));
        Assert.That((await provisioner.CreateAsync(Org("free") with { AdminId = Guid.CreateVersion7() }, CancellationToken.None)).Outcome, Is.EqualTo(ProvisioningOutcome.AdminUnknown));
        Assert.That((await provisioner.CreateAsync(Org("free"), (_, _) => Task.FromResult(false), CancellationToken.None)).Outcome, Is.EqualTo(ProvisioningOutcome.Abandoned));
        Assert.That((await Spares.ReadStatusAsync(CancellationToken.None)).Ready, Is.EqualTo(1));
        await AssertNothingIsHalfMadeAsync(tenants: 2);
    }

    [Test]
    public async Task A_host_with_orgs_of_its_own_takes_a_spare_too_and_finds_its_tables_on_the_path()
    {
        await Spares.FillAsync(1, CancellationToken.None);
        var spare = (await ListSparesAsync()).Single();
        foreach (var expectSpare in (bool[])[true, false])
        {
            var made = await database.Database.Provisioner.CreateTenantAsync(async (transaction, _) =>
                await transaction.Connection!.ExecuteAsync("insert into projects (id, name, created_by) values (gen_random_uuid(), 'seeded', gen_random_uuid())") == 1, CancellationToken.None);
            Assert.That((made.Outcome, made.OrgId == spare), Is.EqualTo((ProvisioningOutcome.Created, expectSpare)));
        }
    }

    [Test]
    public async Task A_spare_made_with_other_scripts_is_never_taken_and_is_replaced()
    {
        await Spares.FillAsync(2, CancellationToken.None);
        var behind = await ListSparesAsync();
        var newer = new Provisioner(database.Database.Owner, Newer);
        Assert.That(behind, Does.Not.Contain((await newer.CreateAsync(Org("acme"), CancellationToken.None)).OrgId));

        Assert.That(await newer.Spares.FillAsync(1, CancellationToken.None), Is.EqualTo(new SpareReport(Made: 1, Removed: 2)));
        Assert.That(await ListSparesAsync(), Is.Not.SupersetOf(behind).And.Count.EqualTo(1));
        await AssertNothingIsHalfMadeAsync(tenants: 2);
        // While the newer program is rolled out, the older one does not take what is ahead of it, nor undo it.
        Assert.That(await Spares.FillAsync(0, CancellationToken.None), Is.EqualTo(new SpareReport(Made: 0, Removed: 0)));
        Assert.That(await ListSparesAsync(), Does.Not.Contain(await database.AddOrgAsync("globex", admin, CancellationToken.None)));
    }

    [Test]
    public async Task An_edited_script_of_the_same_number_makes_spares_useless()
    {
        await new Provisioner(database.Database.Owner, Newer).Spares.FillAsync(1, CancellationToken.None);
        var edited = new Provisioner(database.Database.Owner, With("0099_create_notes", "create table notes (id uuid primary key, text text);"));
        Assert.That(await ListSparesAsync(), Does.Not.Contain((await edited.CreateAsync(Org("acme"), CancellationToken.None)).OrgId));
        Assert.That(await edited.Spares.FillAsync(0, CancellationToken.None), Is.EqualTo(new SpareReport(Made: 0, Removed: 1)));
    }

    [Test]
    public async Task With_logins_for_each_tenant_only_a_spare_with_one_of_the_present_key_is_taken()
    {
        await Spares.FillAsync(1, CancellationToken.None);
        var withLogins = new Provisioner(database.Database.Owner, ScriptSet.Tenant, new TenantLogins(database.Logins.Data));
        Assert.That(await ListSparesAsync(), Does.Not.Contain((await withLogins.CreateAsync(Org("acme"), CancellationToken.None)).OrgId));
        Assert.That(await withLogins.Spares.FillAsync(1, CancellationToken.None), Is.EqualTo(new SpareReport(Made: 1, Removed: 1)));
        var taken = (await withLogins.CreateAsync(Org("globex"), CancellationToken.None)).OrgId;
        Assert.That(await AskAsync<bool>("select exists (select from pg_roles where rolname = @login and rolcanlogin)", new { login = SchemaName.For(taken).Login }), Is.True);
        Assert.That(await ListSparesAsync(), Is.Empty);

        var changed = new Provisioner(database.Database.Owner, ScriptSet.Tenant, new TenantLogins(new NpgsqlConnectionStringBuilder(database.Logins.Data) { Password = "another" }.ConnectionString));
        await withLogins.Spares.FillAsync(1, CancellationToken.None);
        Assert.That(await ListSparesAsync(), Does.Not.Contain((await changed.CreateAsync(Org("initech"), CancellationToken.None)).OrgId));
    }

    [Test]
    public async Task Several_fillers_at_once_make_no_more_than_one_would()
    {
        var reports = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => new Provisioner(database.Database.Owner, ScriptSet.Tenant).Spares.FillAsync(3, CancellationToken.None)));
        Assert.That(reports.Sum(report => report.Made), Is.EqualTo(3));
        await AssertNothingIsHalfMadeAsync(tenants: 3);
    }

    [TestCase("drop schema {0} cascade")]
    [TestCase("drop owned by {0}; drop role {0}")]
    public async Task A_spare_whose_schema_or_role_is_gone_is_not_taken_and_is_replaced(string damage)
    {
        await Spares.FillAsync(1, CancellationToken.None);
        var spare = (await ListSparesAsync()).Single();
        await using (var server = await database.OpenAdminAsync(CancellationToken.None)) await server.ExecuteAsync(string.Format(null, damage, SchemaName.For(spare)));
        Assert.That(await database.AddOrgAsync("acme", admin, CancellationToken.None), Is.Not.EqualTo(spare));
        Assert.That(await Spares.FillAsync(1, CancellationToken.None), Is.EqualTo(new SpareReport(Made: 1, Removed: 1)));
        await AssertNothingIsHalfMadeAsync(tenants: 2);
    }

    [Test]
    public async Task Nobody_enters_a_spare_not_even_with_an_org_and_a_membership_put_upon_it()
    {
        await Spares.FillAsync(1, CancellationToken.None);
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync(
            """
            insert into public.orgs (id, slug, name) select id, 'forced', 'Forced' from public.tenants;
            insert into public.memberships (org_id, user_id, role) select id, @admin, 'admin' from public.tenants;
            """, new { admin });
        await using var tenants = new TenantDatabase(database.Options());
        await using var tenant = tenants.CreateConnection(new TenantScope(await database.AddSessionAsync(admin, CancellationToken.None), TestDatabase.SlugOf("forced")));
        Assert.That(async () => await tenant.ExecuteAsync("select 1"),
            Throws.InstanceOf<TenantRefusedException>().With.Property(nameof(TenantRefusedException.Reason)).EqualTo(TenantRefusal.Unavailable));
        // Nor can what may change a tenant's state make one of it.
        await using var control = await TestDatabase.OpenAsync(database.Logins.Control, CancellationToken.None);
        Assert.That(async () => await control.ExecuteAsync("update public.tenants set state = 'active'"),
            Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.CheckViolation));
    }

    [Test]
    public async Task A_script_that_fails_is_kept_once_with_its_error_and_forgotten_when_a_spare_is_made()
    {
        var broken = new Provisioner(database.Database.Owner, Broken).Spares;
        for (var i = 0; i < 3; i++)
            Assert.That(async () => await broken.FillAsync(2, CancellationToken.None), Throws.InstanceOf<MigrationFailedException>());
        Assert.That(await AskAsync<string>("select string_agg(state || ' ' || last_error, ';') from public.tenants"), Does.StartWith("failed Script 0099_break failed at line 1").And.Not.Contain(";"));
        Assert.That((await Spares.ReadStatusAsync(CancellationToken.None)).Error, Does.Contain("division by zero"));
        Assert.That(await new TenantLogins(database.Logins.Data).EnsureAsync(database.Database.Owner, CancellationToken.None), Is.Zero, "what has no role gets no login");
        Assert.That(async () => await broken.RetryAsync(CancellationToken.None), Throws.InstanceOf<MigrationFailedException>());

        Assert.That(await Spares.RetryAsync(CancellationToken.None), Is.True);
        Assert.That(await Spares.ReadStatusAsync(CancellationToken.None), Is.EqualTo(new SpareStatus { Ready = 1, Stale = 0 }));
        Assert.That(await Spares.RetryAsync(CancellationToken.None), Is.False, "nothing failed any more");
        await AssertNothingIsHalfMadeAsync(tenants: 1);
    }

    [Test]
    public async Task A_database_that_fails_is_no_fault_of_the_scripts()
    {
        using var stop = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            await using var server = await database.OpenAdminAsync(CancellationToken.None);
            var killed = 0;
            while (!stop.IsCancellationRequested)
                killed += (await server.QueryAsync<bool>("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename like '%\\_owner' and state <> 'idle'")).Count();
            return killed;
        });
        for (var i = 0; i < 20; i++)
        {
            try { await Spares.FillAsync(20, CancellationToken.None); }
            catch (Exception error) when (error is NpgsqlException or MigrationFailedException)
            {
                // Killed in between.
            }
        }

        await stop.CancelAsync();
        Assert.That(await killer, Is.GreaterThan(0));
        // The pool of before may hold a connection that it does not know to be dead.
        await using var owner = new OwnerDatabase(database.Logins.Owner);
        var status = await new Provisioner(owner, ScriptSet.Tenant).Spares.ReadStatusAsync(CancellationToken.None);
        Assert.That((status.Stale, status.Error), Is.EqualTo((0, (string?)null)));
        await AssertNothingIsHalfMadeAsync(tenants: (int)status.Ready);
    }

    private static ScriptSet With(string name, string sql) => new(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, name, sql, null)));

    private NewOrg Org(string slug) => new(TestDatabase.SlugOf(slug), slug, admin, null);

    private async Task<IReadOnlyList<Guid>> ListSparesAsync()
    {
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        return (await server.QueryAsync<Guid>("select id from public.tenants where spare_scripts is not null and state = 'provisioning'")).AsList();
    }

    private async Task<T?> AskAsync<T>(string sql, object? parameters = null)
    {
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        return await server.ExecuteScalarAsync<T>(sql, parameters);
    }

    // Each tenant and spare has schema, role and all tables, and there are no others.
    private async Task AssertNothingIsHalfMadeAsync(int tenants)
    {
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.QuerySingleAsync<(long, long, long, long)>(
            """
            select (select count(*) from public.tenants where state <> 'failed'),
                   (select count(*) from pg_namespace n join public.tenants t on t.schema_name = n.nspname
                    where (select count(*) from pg_class c where c.relnamespace = n.oid and c.relkind = 'r') > t.version),
                   (select count(*) from pg_namespace where nspname like 't\_%') - (select count(*) from public.canaries),
                   (select count(*) from pg_auth_members m join pg_roles d on d.oid = m.member where d.rolname = current_database() || '_data') - (select count(*) from public.canaries)
            """), Is.EqualTo((tenants, tenants, tenants, tenants)).Using<(long, long, long, long), (int, int, int, int)>((a, b) => a == b));
    }
}
