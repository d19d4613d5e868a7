using Dapper;
using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Migrations.Transfer;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Transfer;

/// <summary>Tenants of scripts that have what is hard to carry over: every type, odd names, a circle of foreign keys, a trigger, sequences.</summary>
internal abstract class TransferFixture
{
    protected static readonly MigrationScript First = new(1, "0001_create_kinds",
        """"
        create table kinds (
            id bigint generated always as identity primary key, words text, raw bytea, doc jsonb, at timestamptz, amount numeric, ratio double precision,
            tags text[], span interval, due date, twice bigint generated always as (length(words) * 2) stored, parent bigint references kinds);
        create table "Odd ""Name""" (id uuid primary key, kind bigint not null references kinds, "Select" text);
        alter table kinds add odd uuid references "Odd ""Name""";
        create sequence counter;
        create table unused (id uuid primary key);
        create table seeded (id integer primary key);
        insert into seeded values (1);
        create function touch() returns trigger language plpgsql as $$ begin new.words := 'touched'; return new; end $$;
        create trigger kinds_touch before insert on kinds for each row execute function touch();
        """", null);

    protected static readonly MigrationScript Second = new(2, "0002_add_note", "alter table kinds add note text not null default 'none';", null);

    protected static ScriptSet Old { get; } = new([First]);

    protected static ScriptSet Newest { get; } = new([First, Second]);

    protected TestDatabase Database { get; private set; } = null!;

    protected string Folder { get; private set; } = null!;

    protected Guid Ada { get; private set; }

    [SetUp]
    public async Task PrepareAsync()
    {
        Database = await TestDatabase.CreateAsync(Old, CancellationToken.None);
        Folder = Directory.CreateTempSubdirectory().FullName;
        Ada = await Database.AddUserAsync("ada@example.com", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync()
    {
        Directory.Delete(Folder, recursive: true);
        await Database.DisposeAsync();
    }

    protected string PathOf(string file) => Path.Combine(Folder, file);

    protected static NewOrg Org(string slug, Guid admin) => new(TestDatabase.SlugOf(slug), slug, admin, null);

    protected TenantExporter Exporter => new(Database.Database.Owner);

    protected TenantImporter Importer(ScriptSet scripts) => new(Database.Database.Owner, scripts);

    /// <summary>acme, with rows that are hard to write and read.</summary>
    protected async Task<TenantRecord> AddAcmeAsync()
    {
        var schema = SchemaName.For(await Database.AddOrgAsync("acme", Ada, CancellationToken.None));
        await AdminAsync(
            $$""""
            set search_path = {{schema}};
            alter table kinds disable trigger kinds_touch;
            insert into kinds (words, raw, doc, at, amount, ratio, tags, span, due) values
                (null, null, null, null, null, null, null, null, null),
                ('', '\x', '{}', '-infinity', 'NaN', 'Infinity', '{}', '-1 mon 2 days 03:04:05.000006', '0044-03-15 BC'),
                (E'a\nb\r\n\tc\\.\n\\N \\\\ \b\v', '\x00ff0a0d5c2e', '{"a": [1, null, "\\u00fc\n"]}', '2026-11-24 23:59:59.999999+05:30', 123456789012345678901234567890.000000001, 0.1,
                 array['a,b', null, '"', '\', E'\n', '{}'], '1000000 hours', 'infinity'),
                ('Zażółć 日本語 👩‍👩‍👧 ' || chr(8232), convert_to('ü', 'LATIN1'), '"x"', '0001-01-01 00:00:00+00', -0.00, 1e-300, array[['1', '2'], ['3', '4']]::text[], '0', '2026-02-28');
            insert into kinds (words, parent) overriding system value select repeat('long ', 20000), 1 from generate_series(1, 40);
            update kinds set parent = id where id = 2;
            insert into "Odd ""Name""" values ('00000000-0000-0000-0000-000000000001', 1, 'from'), ('00000000-0000-0000-0000-000000000002', 4, null);
            update kinds set odd = '00000000-0000-0000-0000-000000000001' where id = 1;
            alter table kinds enable trigger kinds_touch;
            select nextval('counter') from generate_series(1, 7);
            delete from seeded;
            insert into seeded values (2);
            """");
        return await FindAsync("acme");
    }

    protected async Task<TenantRecord> FindAsync(string slug) =>
        (await new TenantRegistry(Database.Database.Owner).FindAsync(TestDatabase.SlugOf(slug), CancellationToken.None))!;

    /// <summary>Exports acme to a file of this name.</summary>
    protected async Task<ExportManifest> ExportAcmeAsync(string file) => await Exporter.ExportAsync(await AddAcmeAsync(), PathOf(file), new ExportOptions(), null, CancellationToken.None);

    /// <summary>Every row of every table as text.</summary>
    protected async Task<IReadOnlyList<string>> RowsAsync(TenantRecord tenant, string columns = "t::text")
    {
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        var rows = new List<string>();
        foreach (var table in (string[])["kinds", "\"Odd \"\"Name\"\"\"", "unused", "seeded"])
            rows.AddRange(await admin.QueryAsync<string>($"select {(table == "kinds" ? columns : "t::text")} as row from {tenant.SchemaName}.{table} t order by row"));
        return rows;
    }

    /// <summary>What there is in the whole database of tenants, orgs and their schemas.</summary>
    protected Task<string?> StateAsync() => AdminAsync<string>(
        """
        select jsonb_build_array(
            (select jsonb_agg(n.nspname order by n.nspname) from pg_namespace n where n.nspname like 't\_%'), (select count(*) from pg_roles where rolname like 't\_%' and pg_has_role(current_database() || '_data', oid, 'member')),
            (select jsonb_agg(t order by id) from public.tenants t), (select jsonb_agg(o order by id) from public.orgs o), (select count(*) from public.memberships),
            (select count(*) from public.users), (select count(*) from public.audit_log))::text
        """);

    protected async Task AdminAsync(string sql)
    {
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync(sql);
    }

    protected async Task<T?> AdminAsync<T>(string sql, object? parameters = null)
    {
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        return await admin.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>Told on the thread that does the work, which waits meanwhile.</summary>
    protected sealed class Inline<T>(Action<T> done) : IProgress<T>
    {
        public void Report(T value) => done(value);
    }

    protected void ExecuteNow(string sql)
    {
        using var admin = new NpgsqlConnection(Database.AdminConnection);
        admin.Open();
        admin.Execute(sql);
    }
}
