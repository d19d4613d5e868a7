using Dapper;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>An entry by slug, by id, or by both, which must be the same org's.</summary>
internal sealed class EntryTests
{
    [Test]
    public async Task An_org_is_entered_by_slug_by_id_or_by_both_and_not_by_those_of_two([Values] DataLogins logins)
    {
        await using var database = await TestDatabase.CreateAsync(logins, CancellationToken.None);
        var acme = await database.AddTenantAsync("acme", CancellationToken.None);
        var globex = await database.AddTenantAsync("globex", CancellationToken.None);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var ids = (await admin.QueryAsync<(string, Guid)>("select slug, id from public.orgs")).ToDictionary();
        // A member of both, so that nothing but their difference speaks against the pair.
        await admin.ExecuteAsync("insert into public.memberships (org_id, user_id, role) select @org, s.user_id, 'member' from public.sessions s where s.id = @session", new { org = ids["globex"], session = acme.SessionId });
        await using var tenants = new TenantDatabase(database.Options());

        async Task<string> EnterAsync(Slug slug, Guid? id)
        {
            await using var connection = tenants.CreateConnection(new TenantScope(acme.SessionId, slug) { OrgId = id });
            try { return await connection.QuerySingleAsync<string>("select current_user::text"); }
            catch (TenantRefusedException refused) { return $"{refused.Reason}"; }
        }

        var own = SchemaName.For(ids["acme"]).Value;
        Assert.That(await EnterAsync(acme.Org, null), Is.EqualTo(own));
        Assert.That(await EnterAsync(default, ids["acme"]), Is.EqualTo(own));
        Assert.That(await EnterAsync(acme.Org, ids["acme"]), Is.EqualTo(own));
        Assert.That(await EnterAsync(globex.Org, ids["acme"]), Is.EqualTo("Ambiguous"));
        Assert.That(await EnterAsync(acme.Org, ids["globex"]), Is.EqualTo("Ambiguous"));
        Assert.That(await EnterAsync(TestDatabase.SlugOf("unknown"), ids["acme"]), Is.EqualTo("Ambiguous"));
        Assert.That(await EnterAsync(acme.Org, Guid.CreateVersion7()), Is.EqualTo("Ambiguous"));
        Assert.That(await EnterAsync(default, Guid.CreateVersion7()), Is.EqualTo("NotFound"));
        await admin.ExecuteAsync("delete from public.memberships where org_id = @org and role = 'member'", new { org = ids["globex"] });
        Assert.That(await EnterAsync(default, ids["globex"]), Is.EqualTo("NotFound"), "foreign is as unknown");

        await admin.ExecuteAsync("update public.orgs set slug = 'acme-two' where slug = 'acme'; update public.orgs set slug = 'acme' where slug = 'globex'");
        Assert.That(await EnterAsync(default, ids["acme"]), Is.EqualTo(own), "the id stays");
        Assert.That(await EnterAsync(acme.Org, ids["acme"]), Is.EqualTo("Ambiguous"), "the slug is another's now");
    }

    [Test]
    public async Task What_is_looked_for_in_place_of_an_unknown_org_is_never_entered()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        await database.AddTenantAsync("acme", CancellationToken.None);
        Guid session;
        await using (var admin = await database.OpenAdminAsync(CancellationToken.None))
            session = await admin.QuerySingleAsync<Guid>("update public.sessions s set id = o.id from public.orgs o returning s.id");
        await using var login = await TestDatabase.OpenAsync(database.Logins.Data, CancellationToken.None);
        foreach (var (slug, id) in new (string?, Guid?)[] { ("unknown", null), (null, Guid.CreateVersion7()), (null, null) })
            Assert.That(async () => await login.QuerySingleAsync<string>(
                    "select schema_name from tenancy.enter('on', @session, @slug, @id, false, 0, 99)", new { session, slug, id }),
                Throws.InstanceOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("TN404"));
    }

    [Test]
    public async Task A_service_of_the_version_before_still_enters_with_five()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var acme = await database.AddTenantAsync("acme", CancellationToken.None);
        await using var login = await TestDatabase.OpenAsync(database.Logins.Data, CancellationToken.None);
        Assert.That(await login.QuerySingleAsync<string>("select tenancy.enter(@session, 'acme', false, 0, 99)", new { session = acme.SessionId }), Does.StartWith("t_"));
    }

    [Test]
    public async Task The_prologue_of_the_version_before_still_takes_role_path_and_what_is_read_only()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var acme = await database.AddTenantAsync("acme", CancellationToken.None);
        await using var login = await TestDatabase.OpenAsync(database.Logins.Data, CancellationToken.None);
        await using var transaction = await login.BeginTransactionAsync();
        await login.ExecuteAsync(
            """
            select set_config('role', e.schema_name, true), set_config('search_path', e.schema_name || ', pg_temp', true), set_config('transaction_read_only', 'on', true)
            from tenancy.enter(@session, 'acme', false, 0, 99, null) e(schema_name)
            """,
            new { session = acme.SessionId });
        var (role, path, readOnly) = await login.QuerySingleAsync<(string, string, string)>("select current_user::text, current_setting('search_path'), current_setting('transaction_read_only')");
        Assert.That((path, readOnly), Is.EqualTo(($"{role}, pg_temp", "on")));
    }
}
