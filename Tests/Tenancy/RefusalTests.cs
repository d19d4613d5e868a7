using Dapper;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>The prologue reads live rows: each change holds from the next command on.</summary>
internal sealed class RefusalTests
{
    [TestCase("update public.sessions set ended_at = now()", TenantRefusal.SessionEnded)]
    [TestCase("update public.sessions set expires_at = now()", TenantRefusal.SessionEnded)]
    [TestCase("delete from public.sessions", TenantRefusal.SessionEnded)]
    [TestCase("delete from public.memberships", TenantRefusal.NotFound)]
    [TestCase("update public.tenants set state = 'deleting'", TenantRefusal.NotFound)]
    [TestCase("update public.orgs set slug = 'renamed'", TenantRefusal.NotFound)]
    [TestCase("delete from public.tenants", TenantRefusal.NotFound)]
    [TestCase("update public.tenants set state = 'suspended'", TenantRefusal.Suspended)]
    [TestCase("update public.tenants set state = 'provisioning'", TenantRefusal.Unavailable)]
    [TestCase("update public.tenants set state = 'failed'", TenantRefusal.Unavailable)]
    [TestCase("update public.tenants set version = 1", TenantRefusal.Unavailable)]
    [TestCase("update public.tenants set version = 99", TenantRefusal.Unavailable)]
    [TestCase("update public.memberships set role = 'member'", TenantRefusal.AdminRequired)]
    public async Task A_change_of_right_is_a_refusal_at_the_next_command(string change, TenantRefusal expected)
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var scope = await database.AddTenantAsync("acme", CancellationToken.None) with { Require = OrgRole.Admin };
        var options = database.Options();
        (options.OldestVersion, options.NewestVersion) = (2, ScriptSet.Tenant.Newest);
        await using var tenants = new TenantDatabase(options);
        await using var connection = tenants.CreateConnection(scope);
        Assert.That(await connection.ExecuteScalarAsync<int>("select 1"), Is.EqualTo(1));

        await using (var admin = await database.OpenAdminAsync(CancellationToken.None)) await admin.ExecuteAsync(change);

        Assert.That(async () => await connection.ExecuteScalarAsync<int>("select 1"),
            Throws.InstanceOf<TenantRefusedException>().With.Property(nameof(TenantRefusedException.Reason)).EqualTo(expected));
    }

    [Test]
    public async Task A_member_of_one_org_is_refused_another_as_if_it_were_unknown()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var acme = await database.AddTenantAsync("acme", CancellationToken.None);
        var globex = await database.AddTenantAsync("globex", CancellationToken.None);
        await using var tenants = new TenantDatabase(database.Options());

        foreach (var org in (Slug[])[globex.Org, TestDatabase.SlugOf("unknown")])
        {
            await using var connection = tenants.CreateConnection(acme with { Org = org });
            Assert.That(async () => await connection.ExecuteAsync("select 1"),
                Throws.InstanceOf<TenantRefusedException>().With.Property(nameof(TenantRefusedException.Reason)).EqualTo(TenantRefusal.NotFound));
        }
    }
}
