using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Transfer;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Transfer;

/// <summary>What is exported comes back as it was.</summary>
internal sealed class RoundTripTests : TransferFixture
{
    [Test]
    public async Task An_import_has_the_same_rows_the_same_structure_and_sequences_that_go_on()
    {
        var manifest = await ExportAcmeAsync("acme.zip");
        var result = await Importer(Old).ImportAsync(PathOf("acme.zip"), Org("globex", Ada), null, CancellationToken.None);
        Assert.That(result.Outcome, Is.EqualTo(ProvisioningOutcome.Created));

        var (acme, globex) = (await FindAsync("acme"), await FindAsync("globex"));
        Assert.That(await RowsAsync(globex), Is.EqualTo(await RowsAsync(acme)).And.Count.EqualTo(47));
        Assert.That(await new DriftExaminer(Database.Database.Owner, Old).ExamineAsync([acme, globex], CancellationToken.None), Is.Empty);
        Assert.That(await AdminAsync<long>($"select nextval('{globex.SchemaName}.counter')"), Is.EqualTo(8));
        Assert.That(await AdminAsync<long>($"set search_path = {globex.SchemaName}; insert into kinds (words) values ('x') returning id"), Is.EqualTo(45));
        Assert.That(await AdminAsync<string>($"select words from {globex.SchemaName}.kinds where id = 45"), Is.EqualTo("touched"), "the trigger is back");
        Assert.That((globex.State, globex.Version), Is.EqualTo(("active", 1)));
        Assert.That(manifest.Tables.Single(table => table.Name == "kinds").Rows, Is.EqualTo(44));
        Assert.That(await AdminAsync<string>("select string_agg(action, ' ' order by position) from public.audit_log where org_id = @Id", new { acme.Id }), Is.EqualTo("org.created org.exported"));
        Assert.That(await AdminAsync<string>("select string_agg(action, ' ' order by position) from public.audit_log where org_id = @Id", new { globex.Id }), Is.EqualTo("org.created org.imported"));
        Assert.That(await AdminAsync<long>("select count(*) from public.audit_log where action in ('org.exported', 'org.imported') and details ->> 'sha256' = @Sha256", new { manifest.Sha256 }), Is.EqualTo(2));
    }

    [Test]
    public async Task An_export_of_an_older_version_comes_in_at_that_and_is_migrated()
    {
        await ExportAcmeAsync("acme.zip");
        var result = await Importer(Newest).ImportAsync(PathOf("acme.zip"), Org("globex", Ada), null, CancellationToken.None);
        Assert.That((result.From, result.Version), Is.EqualTo((1, 2)));

        var globex = await FindAsync("globex");
        Assert.That(globex.Version, Is.EqualTo(2));
        Assert.That(await AdminAsync<long>($"select count(*) from {globex.SchemaName}.kinds where note = 'none'"), Is.EqualTo(44));
        Assert.That(await AdminAsync<long>($"select count(*) from {globex.SchemaName}.migration_journal"), Is.EqualTo(2));
        Assert.That(await new DriftExaminer(Database.Database.Owner, Newest).ExamineAsync([globex], CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task All_tables_are_of_one_moment()
    {
        var acme = await AddAcmeAsync();
        // The first table by name is written by then, the others are not.
        var first = true;
        var manifest = await Exporter.ExportAsync(acme, PathOf("acme.zip"), new ExportOptions(), new Inline<TransferredTable>(_ =>
        {
            if (first) ExecuteNow($"insert into {acme.SchemaName}.kinds (words) values ('later'); insert into {acme.SchemaName}.unused values (gen_random_uuid()); delete from {acme.SchemaName}.seeded");
            first = false;
        }), CancellationToken.None);
        Assert.That(manifest.Tables.Select(table => (table.Name, table.Rows)), Is.EqualTo(new[] { ("Odd \"Name\"", 2L), ("kinds", 44), ("seeded", 1), ("unused", 0) }));
    }

    [Test]
    public async Task Nobody_migrates_a_tenant_while_it_is_exported()
    {
        var acme = await AddAcmeAsync();
        var attempts = new List<FleetReport>();
        await Exporter.ExportAsync(acme, PathOf("acme.zip"), new ExportOptions(), new Inline<TransferredTable>(_ =>
            attempts.Add(new FleetMigrator(Database.Database.Owner, Newest).MigrateAsync(new FleetOptions { Attempts = 1 }, null, CancellationToken.None).GetAwaiter().GetResult())), CancellationToken.None);
        Assert.That(attempts, Has.Count.EqualTo(4));
        Assert.That(attempts.Select(report => report.Migrated.Count), Is.All.Zero);
        Assert.That((await FindAsync("acme")).Version, Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_is_its_owners_alone_and_is_not_replaced_unasked()
    {
        await ExportAcmeAsync("acme.zip");
        var acme = await FindAsync("acme");
        if (!OperatingSystem.IsWindows()) Assert.That(File.GetUnixFileMode(PathOf("acme.zip")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(() => Exporter.ExportAsync(acme, PathOf("acme.zip"), new ExportOptions(), null, CancellationToken.None), Throws.InstanceOf<IOException>());
        Assert.That(() => Exporter.ExportAsync(acme, PathOf("acme.zip"), new ExportOptions { Replace = true, WithoutName = true }, null, CancellationToken.None), Throws.Nothing);
        Assert.That((await Importer(Old).ReadManifestAsync(PathOf("acme.zip"), CancellationToken.None)).Org, Is.Null);
    }

    [Test]
    public async Task What_is_broken_off_leaves_no_file_no_org_and_no_row_in_the_log()
    {
        await ExportAcmeAsync("acme.zip");
        var acme = await FindAsync("acme");
        var before = await StateAsync();
        using var stop = new CancellationTokenSource();
        var stopping = new Inline<TransferredTable>(_ => stop.Cancel());
        Assert.That(() => Exporter.ExportAsync(acme, PathOf("again.zip"), new ExportOptions(), stopping, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        using var stopImport = new CancellationTokenSource();
        Assert.That(() => Importer(Old).ImportAsync(PathOf("acme.zip"), Org("globex", Ada), new Inline<TransferredTable>(_ => stopImport.Cancel()), stopImport.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(Folder).Select(Path.GetFileName), Is.EqualTo(new[] { "acme.zip" }));
        Assert.That(await StateAsync(), Is.EqualTo(before));
    }
}
