using Npgsql;
using Tenantry.Migrations.Bootstrap;

namespace Tenantry.Migrations.Examination;

/// <summary>The names of a database's logins, as parameters of the checks.</summary>
internal sealed record LoginNames(string Owner, string Control, string Data, string Auditor)
{
    public static LoginNames Of(DatabaseLogins logins) => new(Name(logins.Owner), Name(logins.Control), Name(logins.Data), Name(logins.Auditor));

    private static string Name(string connection) => new NpgsqlConnectionStringBuilder(connection).Username ?? "";
}
