using System.Globalization;
using System.Text;
using Dapper;
using Npgsql;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Attacks;

/// <summary>What every role of a database can read: the system's own tables and views.</summary>
internal sealed class CatalogTests
{
    [Test, CancelAfter(120_000)]
    public async Task No_catalog_that_a_tenant_reads_holds_anothers_names_or_rows(CancellationToken cancellationToken)
    {
        await using var attacked = await AttackedDatabase.CreateAsync(cancellationToken);
        await using var admin = await attacked.Database.OpenAdminAsync(cancellationToken);
        // The victim at work: a statement with its secret in the text is the last that a session ran.
        await using var victim = attacked.Tenants.CreateConnection(attacked.Victim);
        await victim.OpenAsync(cancellationToken);
        await using var transaction = await victim.BeginTransactionAsync(cancellationToken);
        await victim.ExecuteAsync($"update projects set description = '{AttackedDatabase.Secret}'");
        await victim.ExecuteScalarAsync<string>($"select '{AttackedDatabase.Secret}'");

        var relations = await admin.QueryAsync<string>(
            """
            select c.oid::regclass::text from pg_class c
            where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and c.relkind in ('r', 'v')
            order by 1
            """);
        var read = 0;
        var seen = new StringBuilder();
        await using var attacker = attacked.Tenants.CreateConnection(attacked.Attacker);
        foreach (var relation in relations)
        {
            try
            {
                foreach (var row in await attacker.QueryAsync<string>($"select c::text from {relation} c")) seen.AppendLine(CultureInfo.InvariantCulture, $"{relation}: {row}");
                read++;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectNotInPrerequisiteState)
            {
            }
        }

        var leaks = seen.ToString().Split('\n').Where(line => AttackedDatabase.SecretsIn(line).Any());
        Assert.That(leaks, Is.Empty);
        Assert.That(read, Is.GreaterThan(100), "the catalogs were read");
        Assert.That(await admin.ExecuteScalarAsync<long>($"select count(*) from pg_stat_activity where query like '%{AttackedDatabase.Secret}%' and pid <> pg_backend_pid()"),
            Is.Not.Zero, "there was a secret to find");
        Assert.That(await admin.ExecuteScalarAsync<long>($"select count(*) from pg_stats where most_common_vals::text like '%{AttackedDatabase.Secret}%'"),
            Is.Not.Zero, "and another in the statistics");
    }
}
