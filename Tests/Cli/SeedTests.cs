using Microsoft.AspNetCore.Identity;

namespace Tenantry.Tests.Cli;

/// <summary>seed.</summary>
internal sealed class SeedTests : CliFixture
{
    [Test]
    public async Task Two_demo_orgs_with_people_and_data_are_made_once()
    {
        var first = await RunAsync("seed", "--json");
        Assert.That(first.ExitCode, Is.Zero, first.Err);
        Assert.That(first.Json.GetProperty("orgs").EnumerateArray().Select(org => org.GetProperty("made").GetBoolean()), Is.EqualTo(new[] { true, true }));
        var before = await CountAsync();

        var second = await RunAsync("seed");
        Assert.That((second.ExitCode, await CountAsync()), Is.EqualTo((0, before)));
        Assert.That(second.Out, Does.Contain("acme is there already").And.Contain("globex is there already").And.Not.Contain("password"));
    }

    [Test]
    public async Task Each_org_has_an_admin_and_a_member_and_one_person_is_in_both()
    {
        await RunAsync("seed");
        Assert.That(await AdminAsync<long>("select count(distinct org_id) from public.memberships where role = 'admin'"), Is.EqualTo(2));
        Assert.That(await AdminAsync<long>("select count(distinct org_id) from public.memberships where role = 'member'"), Is.EqualTo(2));
        Assert.That(await AdminAsync<string>(
            "select u.email from public.memberships m join public.users u on u.id = m.user_id group by u.email having count(*) = 2"), Is.EqualTo("barbara@example.com"));
        var tasks = (await RunAsync("sql", "globex", "--json", "-c", "select count(*) from tasks")).Json;
        Assert.That(tasks.GetProperty("results")[0].GetProperty("rows")[0][0].GetInt64(), Is.GreaterThan(3));
    }

    [Test]
    public async Task Every_membership_and_invitation_of_a_demo_org_has_its_log_row()
    {
        await RunAsync("seed");
        await RunAsync("seed");
        Assert.That(await AdminAsync<long>("select count(*) from public.invitations where state = 'pending' and email = 'margaret@example.com'"), Is.EqualTo(2));
        Assert.That(await AdminAsync<long>("select count(*) from public.audit_log where action = 'invitation.created'"), Is.EqualTo(2));
        Assert.That(await AdminAsync<long>(
            """
            select count(*) from public.memberships m
            where m.role = 'member' and (select count(*) from public.audit_log l where l.org_id = m.org_id and l.target = m.user_id::text and l.action = 'membership.created') <> 1
            """), Is.Zero);
    }

    [Test]
    public async Task The_printed_password_opens_every_account()
    {
        var password = (await RunAsync("seed", "--json")).Json.GetProperty("password").GetString()!;
        foreach (var email in new[] { "ada@example.com", "alan@example.com", "barbara@example.com", "grace@example.com", "edsger@example.com" })
        {
            var hash = await AdminAsync<string>("select password_hash from public.users where normalized_email = upper(@email) and email_confirmed", new { email });
            Assert.That(new PasswordHasher<string>().VerifyHashedPassword(email, hash!, password), Is.EqualTo(PasswordVerificationResult.Success));
        }
    }

    [Test]
    public async Task A_broken_off_seed_is_finished_by_the_next()
    {
        var schema = (await RunAsync("seed", "demo", "--json"), await RunAsync("show", "demo", "--json")).Item2.Json.GetProperty("schema").GetString();
        await AdminAsync($"truncate {schema}.projects cascade; delete from public.memberships where role = 'member'");
        Assert.That((await RunAsync("seed", "demo", "--json")).Json.GetProperty("orgs")[0].GetProperty("made").GetBoolean(), Is.True);
        Assert.That(await AdminAsync<long>("select count(*) from public.memberships"), Is.EqualTo(3));
    }

    [Test]
    public async Task People_with_a_public_password_get_into_no_org_that_is_not_a_demo_org()
    {
        await RunAsync("create", "acme", "--name", "The real one", "--admin", "boss@example.com");
        var run = await RunAsync("seed");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Err, Does.Contain("not a demo org"));
        Assert.That(await AdminAsync<long>("select count(*) from public.memberships"), Is.EqualTo(1));
    }

    private async Task<(long Users, long Orgs, long Memberships)> CountAsync() =>
        (await AdminAsync<long>("select count(*) from public.users"), await AdminAsync<long>("select count(*) from public.orgs"),
            await AdminAsync<long>("select count(*) from public.memberships"));
}
