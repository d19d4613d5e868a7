using Dapper;
using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Bench.Requests;

/// <summary>
/// Tenants with fifty projects each, in their schemas; the same rows in one table without tenants, and in one with row-level
/// security. All candidates read the same rows.
/// </summary>
internal sealed class BenchFleet : IAsyncDisposable
{
    public const int Rows = 50;

    private const string AppPassword = "bench";

    private BenchFleet(BenchDatabase database, Guid sessionId, IReadOnlyList<Guid> orgs, IReadOnlyList<string> schemas, IReadOnlyList<Guid[]> ids, string app) =>
        (Database, SessionId, Orgs, Schemas, Ids, App) = (database, sessionId, orgs, schemas, ids, app);

    public BenchDatabase Database { get; }

    /// <summary>A session of the admin of all orgs.</summary>
    public Guid SessionId { get; }

    /// <summary>The orgs' ids; the slug of the first is org-1.</summary>
    public IReadOnlyList<Guid> Orgs { get; }

    public IReadOnlyList<string> Schemas { get; }

    /// <summary>The ids of each tenant's projects.</summary>
    public IReadOnlyList<Guid[]> Ids { get; }

    /// <summary>A login that may use every table here: what applications without tenants' roles have.</summary>
    public string App { get; }

    public static async Task<BenchFleet> CreateAsync(BenchServer server, int tenants, CancellationToken cancellationToken)
    {
        var database = await BenchDatabase.CreateAsync(server, ScriptSet.Tenant, cancellationToken);
        BenchReport.Say($"making {tenants} tenants with {Rows} rows each");
        for (var made = 0; made < tenants; made += 500) await database.AddOrgsAsync(made + 1, Math.Min(500, tenants - made), cancellationToken);

        var session = Guid.CreateVersion7();
        var name = new NpgsqlConnectionStringBuilder(database.Admin).Database!;
        await using var admin = new NpgsqlConnection(database.Admin);
        await admin.OpenAsync(cancellationToken);
        await admin.ExecuteAsync(new CommandDefinition(
            $$"""
            insert into public.sessions (id, user_id, refresh_hash, expires_at) values (@session, @UserId, decode('00', 'hex'), now() + interval '1 day');
            create role {{name}}_app login password '{{AppPassword}}';
            grant connect on database {{name}} to {{name}}_app;
            grant usage on schema public to {{name}}_app;
            grant select on public.orgs, public.memberships, public.tenants, public.sessions to {{name}}_app;
            create schema plain; create schema rls;
            create table plain.projects (like public.bench_shape including all);
            create table rls.projects (like public.bench_shape including all);
            alter table rls.projects add org_id uuid not null, drop constraint projects_pkey, add primary key (org_id, id);
            alter table rls.projects enable row level security;
            create policy own on rls.projects using (org_id = current_setting('app.org')::uuid);
            grant usage on schema plain, rls to {{name}}_app;
            grant execute on function set_config(text, text, boolean) to {{name}}_app;
            """.Replace("(like public.bench_shape including all)", "(id uuid constraint projects_pkey primary key, name text not null, description text not null default '', status text not null default 'active' check (status in ('active', 'archived')), created_by uuid not null, revision integer not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now())"),
            new { session, database.UserId }, cancellationToken: cancellationToken));
        await admin.ExecuteAsync(new CommandDefinition(
            $$"""
            do $$
            declare t record;
            begin
                for t in select id, schema_name as s from public.tenants order by id loop
                    execute format('insert into %I.projects (id, name, description, created_by) select gen_random_uuid(), ''Project '' || n, repeat(''x'', 60), %L from generate_series(1, {{Rows}}) n', t.s, '{{database.UserId}}');
                    execute format('insert into plain.projects select * from %I.projects', t.s);
                    execute format('insert into rls.projects select p.*, %L from %I.projects p', t.id, t.s);
                    execute format('grant usage on schema %I to {{name}}_app', t.s);
                    execute format('grant select, insert on %I.projects to {{name}}_app', t.s);
                end loop;
                grant select, insert on plain.projects, rls.projects to {{name}}_app;
            end $$
            """, commandTimeout: 0, cancellationToken: cancellationToken));
        await admin.ExecuteAsync(new CommandDefinition("vacuum analyze", commandTimeout: 0, cancellationToken: cancellationToken));
        var orgs = (await admin.QueryAsync<(Guid, string)>("select o.id, t.schema_name from public.orgs o join public.tenants t on t.id = o.id order by substr(o.slug, 5)::integer")).AsList();
        var ids = (await admin.QueryAsync<(Guid Org, Guid Id)>("select org_id, id from rls.projects")).ToLookup(row => row.Org, row => row.Id);
        var app = new NpgsqlConnectionStringBuilder(database.Admin) { Username = $"{name}_app", Password = AppPassword }.ConnectionString;
        return new BenchFleet(database, session, [.. orgs.Select(org => org.Item1)], [.. orgs.Select(org => org.Item2)], [.. orgs.Select(org => ids[org.Item1].ToArray())], app);
    }

    public TenantScope ScopeOf(int tenant) => new(SessionId, Slug.Parse($"org-{tenant + 1}"));

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
