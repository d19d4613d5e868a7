using Tenantry.Tenancy;

namespace Tenantry.Migrations.Evidence;

/// <summary>Something that PostgreSQL must refuse with 42501 (insufficient_privilege); no other error counts as a refusal.</summary>
/// <param name="Name">A stable name, such as <c>read</c>.</param>
/// <param name="Sql">One statement. What it would change is undone.</param>
internal sealed record ProbeAttempt(string Name, string Sql)
{
    /// <summary>On another tenant's schema, of which a table is known.</summary>
    public static IEnumerable<ProbeAttempt> On(SchemaName other, string table)
    {
        yield return new("read", $"select true from {other}.{table} limit 1");
        yield return new("insert", $"insert into {other}.{table} default values");
        yield return new("update", $"delete from {other}.{table} where false");
        yield return new("truncate", $"truncate {other}.{table}");
        yield return new("create", $"create table {other}.probe (id integer)");
        yield return new("hop", $"select set_config('role', '{other}', true)");
    }

    /// <summary>On the tenant's own schema, in which it reads and writes rows and does nothing else.</summary>
    public static IEnumerable<ProbeAttempt> OnOwn(SchemaName own, string table)
    {
        yield return new("own.create", $"create table {own}.probe (id integer)");
        yield return new("own.truncate", $"truncate {own}.{table}");
        yield return new("own.journal", $"select name from {own}.migration_journal limit 1");
        yield return new("temporary", "create temporary table probe (id integer)");
    }

    /// <summary>On a table that all tenants share.</summary>
    public static ProbeAttempt OnShared(string table) => new($"shared.{table}", $"select true from {table} limit 1");
}
