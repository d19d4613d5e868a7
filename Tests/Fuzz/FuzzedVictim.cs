using Dapper;
using Npgsql;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fuzz;

/// <summary>An org in which everything bears the marker: names, addresses, the log, and a row in each table of its schema.</summary>
internal sealed record FuzzedVictim(Person Admin, string Slug, IReadOnlyList<string> Ids)
{
    // In each column the marker, its default, or anything of its type.
    private const string Columns =
        """
        select c.table_name as "Table", c.column_name as "Column",
               case when data_type = 'text' and not checked then '@marker' when column_default is not null or is_nullable = 'YES' then null
                    when data_type = 'text' then '''x''' when data_type = 'uuid' then 'gen_random_uuid()' when data_type = 'bytea' then '''\x01''' when data_type = 'jsonb' then '''{}'''
                    when data_type = 'boolean' then 'true' when data_type like 'timestamp%' or data_type = 'date' then 'now()' else '1' end as "Value"
        from information_schema.columns c
        cross join lateral (select exists (
            select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
            where k.contype = 'c' and k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and a.attname = c.column_name)) k (checked)
        where c.table_schema = @schema
        """;

    public static async Task<FuzzedVictim> MakeAsync(Community community)
    {
        var vera = await community.AddConfirmedAsync(FuzzVerdict.Marker);
        await vera.PatchAsync("/api/me", new { name = FuzzVerdict.Marker });
        await vera.PostAsync("/api/orgs", new { name = FuzzVerdict.Marker, slug = "victim" });
        var project = (await vera.PostAsync("/api/orgs/victim/projects", new { name = FuzzVerdict.Marker, description = FuzzVerdict.Marker }, ("Idempotency-Key", FuzzVerdict.Marker))).Json.GetProperty("id").GetGuid();
        await vera.PostAsync($"/api/orgs/victim/projects/{project}/tasks", new { title = FuzzVerdict.Marker });
        await vera.PostAsync("/api/orgs/victim/invitations", new { email = $"{FuzzVerdict.Marker}@example.com" });

        await using var server = await community.App.Database.OpenAdminAsync(CancellationToken.None);
        var schema = (await server.ExecuteScalarAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = 'victim'"))!;
        var columns = (await server.QueryAsync<(string Table, string Column, string? Value)>(Columns, new { schema })).ToList();
        foreach (var table in columns.Where(column => column.Value is not null).GroupBy(column => column.Table))
            await server.ExecuteAsync(
                $"set session_replication_role = replica; insert into {schema}.{table.Key} ({string.Join(", ", table.Select(column => column.Column))}) values ({string.Join(", ", table.Select(column => column.Value))})",
                new { marker = FuzzVerdict.Marker });
        return new FuzzedVictim(vera, "victim", [.. await ListIdsAsync(server, schema, columns)]);
    }

    private static async Task<IEnumerable<string>> ListIdsAsync(NpgsqlConnection server, string schema, List<(string Table, string Column, string? Value)> columns)
    {
        var own = columns.Where(column => column.Column == "id").Select(column => $"select id from {schema}.{column.Table}");
        return await server.QueryAsync<string>(
            $"""
            select id::text from (
                {string.Join(" union all ", own)}
                union all select i.id from public.invitations i join public.orgs o on o.id = i.org_id where o.slug = 'victim'
                union all select s.id from public.sessions s join public.users u on u.id = s.user_id where u.name = @marker
                union all select id from public.users where name = @marker
                union all select id from public.orgs where slug = 'victim') i
            order by id
            """,
            new { marker = FuzzVerdict.Marker });
    }
}
