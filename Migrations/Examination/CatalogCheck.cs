using Dapper;
using Npgsql;

namespace Tenantry.Migrations.Examination;

/// <summary>A question to the catalog whose rows are what is wrong.</summary>
/// <param name="Name">The check's stable name.</param>
/// <param name="Fine">What is so when no row comes.</param>
/// <param name="Sql">Answers one column of text; may use @Owner, @Control, @Data and @Auditor, the logins' names.</param>
/// <param name="Mend">What to do about it.</param>
/// <param name="Severity">What a row means.</param>
internal sealed record CatalogCheck(string Name, string Fine, string Sql, string Mend, string Severity = Finding.FailStatus)
{
    private const int Shown = 5;

    public async Task<Finding> RunAsync(NpgsqlConnection connection, LoginNames logins, CancellationToken cancellationToken)
    {
        var wrong = (await connection.QueryAsync<string>(new CommandDefinition(Sql, logins, cancellationToken: cancellationToken))).AsList();
        if (wrong.Count == 0) return Finding.Ok(Name, Fine);
        var more = wrong.Count > Shown ? $" and {wrong.Count - Shown} more" : "";
        return new Finding(Name, Severity, string.Join("; ", wrong.Take(Shown)) + more, Mend);
    }
}
