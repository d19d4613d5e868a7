using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Migrations.Transfer;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Transfer;

/// <summary>An org made of another, which is not touched.</summary>
internal sealed class CloneTests : TransferFixture
{
    [Test]
    public async Task A_clone_has_the_same_rows_and_the_source_is_used_meanwhile()
    {
        var acme = await AddAcmeAsync();
        var before = await RowsAsync(acme);
        var result = await CloneAsync(Old, new CloneOptions(), new Inline<TransferredTable>(_ => ExecuteNow($"insert into {acme.SchemaName}.unused values (gen_random_uuid())")));
        Assert.That(result.Outcome, Is.EqualTo(ProvisioningOutcome.Created));

        var globex = await FindAsync("globex");
        Assert.That(await RowsAsync(globex), Is.EqualTo(before));
        Assert.That(await AdminAsync<long>($"select count(*) from {acme.SchemaName}.unused"), Is.EqualTo(4));
        Assert.That(await AdminAsync<long>($"select nextval('{globex.SchemaName}.counter')"), Is.EqualTo(8));
        Assert.That(await new DriftExaminer(Database.Database.Owner, Old).ExamineAsync([acme, globex], CancellationToken.None), Is.Empty);
        Assert.That(await AdminAsync<string>("select string_agg(action || ' ' || coalesce(target, ''), ' ' order by position) from public.audit_log where org_id = @Id", new { acme.Id }), Is.EqualTo($"org.created  org.exported {globex.Id}"));
        Assert.That(await AdminAsync<string>("select string_agg(action || ' ' || coalesce(target, ''), ' ' order by position) from public.audit_log where org_id = @Id", new { globex.Id }), Is.EqualTo($"org.created  org.cloned {acme.Id}"));
    }

    [Test]
    public async Task A_clone_of_a_suspended_and_older_tenant_is_active_and_newest()
    {
        await AddAcmeAsync();
        await new OrgLifecycle(Database.Database.Owner).SuspendAsync(await FindAsync("acme"), CancellationToken.None);
        await CloneAsync(Newest, new CloneOptions(), null);
        var (acme, globex) = (await FindAsync("acme"), await FindAsync("globex"));
        Assert.That((acme.State, acme.Version, globex.State, globex.Version), Is.EqualTo(("suspended", 1, "active", 2)));
        Assert.That(await RowsAsync(globex, "words"), Is.EqualTo(await RowsAsync(acme, "words")));
    }

    [Test]
    public async Task Without_data_a_clone_is_as_a_new_org()
    {
        await AddAcmeAsync();
        var result = await CloneAsync(Old, new CloneOptions { WithoutData = true }, null);
        Assert.That(result.Tables, Is.Empty);
        Assert.That(await RowsAsync(await FindAsync("globex")), Is.EqualTo(new[] { "(1)" }), "what a script wrote");
    }

    [Test]
    public async Task A_tenant_that_was_changed_by_hand_is_not_cloned_by_halves()
    {
        var acme = await AddAcmeAsync();
        await AdminAsync($"alter table {acme.SchemaName}.kinds add extra text");
        var before = await StateAsync();
        Assert.That(() => CloneAsync(Old, new CloneOptions(), null), Throws.InstanceOf<TransferException>().With.Message.Contain("columns of kinds"));
        Assert.That(await StateAsync(), Is.EqualTo(before));
    }

    private async Task<TransferResult> CloneAsync(ScriptSet scripts, CloneOptions options, IProgress<TransferredTable>? progress) =>
        await new TenantCloner(Database.Database.Owner, scripts).CloneAsync(await FindAsync("acme"), Org("globex", Ada), options, progress, CancellationToken.None);
}
