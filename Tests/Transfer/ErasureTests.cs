using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Evidence;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Transfer;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Transfer;

/// <summary>The end of a tenant: chunk by chunk, resumable, certified.</summary>
internal sealed class ErasureTests : TransferFixture
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string NothingLeft =
        """
        select (select count(*) from pg_namespace where nspname = @SchemaName) + (select count(*) from pg_roles where rolname = @SchemaName)
               + (select count(*) from public.tenants) + (select count(*) from public.orgs) + (select count(*) from public.memberships)
        """;

    [Test]
    public async Task The_certificate_says_what_was_erased_and_what_is_kept()
    {
        var acme = await AddAcmeAsync();
        var certificate = await EraseAsync(acme);
        Assert.That(await AdminAsync<long>(NothingLeft, acme), Is.Zero);

        Assert.That(certificate.Tables.Select(table => (table.Name, table.Rows)), Is.EqualTo(new[] { ("Odd \"Name\"", 2L), ("kinds", 44), ("migration_journal", 1), ("seeded", 1), ("unused", 0) }));
        Assert.That((certificate.OrgId, certificate.Schema, certificate.Version, certificate.Rows, certificate.Memberships), Is.EqualTo((acme.Id, acme.SchemaName, 1, 48, 1)));
        Assert.That(certificate.Bytes, Is.EqualTo(certificate.Tables.Sum(table => table.Bytes)).And.GreaterThan(44 * 1000));
        Assert.That((certificate.DeletedAt < certificate.BegunAt, certificate.BegunAt < certificate.ErasedAt), Is.EqualTo((true, true)));
        Assert.That((certificate.Server.SystemIdentifier, certificate.ErasedBy), Is.EqualTo((await AdminAsync<string>("select system_identifier::text from pg_control_system()"), $"{Environment.UserName}@{Environment.MachineName}")));
        Assert.That(certificate.ToCanonicalJson(), Does.Not.Contain("acme").And.Not.Contain("ada@"), "nobody's name");

        var log = await AdminAsync<string>("select string_agg(action, ' ' order by position) from public.audit_log where chain = @Id", acme);
        Assert.That(log, Is.EqualTo("org.created org.deleted tenant.erasure.begun tenant.erased"));
        Assert.That(certificate.Kept.Single(kept => kept.Table == "audit_log").Rows, Is.EqualTo(4));
        Assert.That(await AdminAsync<string>("select encode(previous_hash, 'hex') from public.audit_log where chain = @Id and action = 'tenant.erased'", acme), Is.EqualTo(certificate.AuditHead));
        Assert.That(await AdminAsync<string>("select details ->> 'sha256' from public.audit_log where chain = @Id and action = 'tenant.erased'", acme), Is.EqualTo(certificate.ComputeSha256()));
    }

    [Test]
    public async Task The_file_holds_the_certificate_its_hash_and_room_for_a_signature()
    {
        SealedDocument.Write(PathOf("certificate.json"), (await EraseAsync(await AddAcmeAsync())).Seal(null));
        var file = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("certificate.json"))).RootElement;
        Assert.That(file.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "certificate", "sha256", "signature" }));
        // As anybody would do it who has the file and the description: keys in order, no white space.
        var members = file.GetProperty("certificate").EnumerateObject().Select(member => member.Name).ToList();
        Assert.That(members, Is.EqualTo((string[])[
            "auditHead", "auditRows", "begunAt", "bytes", "deletedAt", "erasedAt", "erasedBy", "format", "formatVersion", "invitations", "kept", "memberships", "orgId", "role", "rows", "schema",
            "server", "tables", "version"]), "the members are a contract, and in order");
        var canonical = JsonSerializer.Serialize(file.GetProperty("certificate"), Plain);
        Assert.That(file.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))));
    }

    [Test]
    public async Task A_tenant_of_400_tables_is_erased_with_few_locks_at_a_time()
    {
        var acme = await AddAcmeAsync();
        // Each refers to the one before it and all to the first; each has an index, and a view stands on some.
        await using (var owner = await Database.Database.Owner.OpenAsync(CancellationToken.None))
        await using (var create = owner.CreateCommand())
        {
            create.CommandText = $"set search_path = {acme.SchemaName}; create table t0 (id uuid primary key, note text); "
                + string.Concat(Enumerable.Range(1, 399).Select(i => $"create table t{i} (id uuid primary key, a uuid references t0, b uuid references t{i - 1}, note text); create index on t{i} (a);"))
                + "create view all_notes as " + string.Join(" union all ", Enumerable.Range(0, 10).Select(i => $"select note from t{i}")) + "; create view more as select note from all_notes";
            await create.ExecuteNonQueryAsync();
        }

        await AdminAsync(
            """
            create table public.seen (locks bigint);
            grant insert on public.seen to public;
            grant usage on schema public to public;
            create function public.see() returns event_trigger language plpgsql as $$
            begin insert into public.seen select count(*) from pg_locks where pid = pg_backend_pid() and locktype in ('relation', 'object'); end $$;
            create event trigger see_drops on sql_drop execute function public.see();
            """);
        var certificate = await EraseAsync(acme);
        Assert.That(certificate.Tables, Has.Count.EqualTo(405));
        Assert.That(await AdminAsync<long>(NothingLeft, acme), Is.Zero);
        Assert.That(await AdminAsync<long>("select count(*) from public.seen"), Is.GreaterThan(1000));
        Assert.That(await AdminAsync<long>("select max(locks) from public.seen"), Is.LessThan(40));
    }

    [Test, CancelAfter(60_000)]
    public async Task Kill_9_leaves_it_out_of_reach_beyond_restoring_and_a_repetition_certifies_all(CancellationToken cancellationToken)
    {
        var acme = await AddAcmeAsync();
        await using (var owner = await Database.Database.Owner.OpenAsync(cancellationToken))
        await using (var create = owner.CreateCommand())
        {
            create.CommandText = $"set search_path = {acme.SchemaName}; " + string.Concat(Enumerable.Range(0, 100).Select(i => $"create table t{i} as select {i} as id;"));
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile("Migrations", "tenantry.dll"), "erase", "acme", "-y", "--confirm", "acme", "--certificate", PathOf("certificate.json")]) { RedirectStandardError = true };
        start.Environment["TENANTRY_CONNECTION"] = Database.AdminConnection;
        using (var process = Process.Start(start)!)
        {
            for (var dropped = 0; dropped < 5;)
            {
                var line = await process.StandardError.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("It ended before its time.");
                if (line.Contains("Dropped table", StringComparison.Ordinal)) dropped++;
            }

            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
        }

        var left = await AdminAsync<long>("select count(*) from pg_tables where schemaname = @SchemaName", acme);
        Assert.That(left, Is.InRange(1, 100), "it was killed in between");
        acme = await FindAsync("acme");
        Assert.That(acme.State, Is.EqualTo("deleting"));
        Assert.That(File.Exists(PathOf("certificate.json")), Is.False);
        Assert.That(await new OrgLifecycle(Database.Database.Owner).RestoreAsync(acme, cancellationToken), Is.False, "half of it is gone");
        Assert.That(() => Exporter.ExportAsync(acme, PathOf("acme.zip"), new ExportOptions(), null, cancellationToken), Throws.InstanceOf<TransferException>().With.Message.Contain("being erased"));
        Assert.That((await new TenantRemover(Database.Database.Owner).ListExpiredAsync(cancellationToken)).Select(tenant => tenant.Slug), Is.EqualTo(new[] { "acme" }), "drop --expired takes it up");

        var certificate = await EraseAsync(acme);
        Assert.That((certificate.Tables.Count, certificate.Rows), Is.EqualTo((105, 148)));
        Assert.That(await AdminAsync<long>(NothingLeft, acme), Is.Zero);
        Assert.That(await AdminAsync<long>("select count(*) from public.audit_log where action like 'tenant.eras%'"), Is.EqualTo(2));
    }

    [Test]
    public async Task Of_two_who_erase_at_once_both_have_the_one_certificate()
    {
        var acme = await AddAcmeAsync();
        var certificates = await Task.WhenAll(EraseAsync(acme), EraseAsync(acme), EraseAsync(acme));
        Assert.That(certificates.Select(certificate => certificate.ComputeSha256()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await AdminAsync<long>("select count(*) from public.audit_log where action like 'tenant.eras%'"), Is.EqualTo(2));
        Assert.That((await new TenantEraser(Database.Database.Owner).FindCertificateAsync(TestDatabase.SlugOf("acme"), CancellationToken.None))?.ComputeSha256(), Is.EqualTo(certificates[0].ComputeSha256()));
    }

    [Test]
    public async Task All_kinds_of_things_in_a_schema_are_erased()
    {
        var acme = await AddAcmeAsync();
        await using (var owner = await Database.Database.Owner.OpenAsync(CancellationToken.None))
        await using (var create = owner.CreateCommand())
        {
            create.CommandText =
                $$"""
                set search_path = {{acme.SchemaName}};
                create type color as enum ('red'); create domain short as text check (length(value) < 9); create type pair as (a color, b short);
                create function weigh(color, pair) returns integer language sql as 'select 1'; create procedure act() language sql as 'select 1';
                create aggregate total(integer) (sfunc = int4pl, stype = integer);
                create table parts (id integer, c color default 'red', p pair) partition by range (id); create table parts_1 partition of parts for values from (0) to (9);
                create statistics stats on id, c from parts_1;
                create table "child's" (w integer generated always as identity, x integer) ; insert into "child's" (x) values (1);
                create materialized view seen as select id from parts; create view two as select id from seen;
                create operator === (leftarg = color, rightarg = pair, function = weigh); create collation plain from "C";
                create rule nothing as on delete to parts do instead nothing;
                """;
            await create.ExecuteNonQueryAsync();
        }

        var certificate = await EraseAsync(acme);
        Assert.That(certificate.Tables.Select(table => (table.Name, table.Rows)), Does.Contain(("child's", 1L)).And.Contain(("parts_1", 0L)));
        Assert.That(await AdminAsync<long>(NothingLeft, acme), Is.Zero);
    }

    private Task<ErasureCertificate> EraseAsync(TenantRecord tenant) => new TenantEraser(Database.Database.Owner).EraseAsync(tenant, null, CancellationToken.None);
}
