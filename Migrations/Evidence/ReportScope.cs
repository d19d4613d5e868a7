using System.Text;

namespace Tenantry.Migrations.Evidence;

/// <summary>What a report is about, and what it is not: the same in each, and as plain as the findings.</summary>
internal static class ReportScope
{
    private const string Page =
        """
        <h2>What this shows, and what it does not</h2>
        <p>It shows that PostgreSQL, as it was configured at the moment of the snapshot, refuses a tenant's role everything but its own rows: by the
        catalogs, in which rights, ownership, references and code were read, and by attempts on the running database.</p>
        <p>It does not show:</p>
        <ul>
        <li>that the service enters the right tenant: who may enter which org is decided by one function, whose text is checked here and whose behaviour the tests of the product show;</li>
        <li>what superusers, the operating system, backups, replicas and the network can do: they stand above or beside the database's refusals;</li>
        <li>what was so before or after this moment, except that the audit log's chain is whole;</li>
        <li>anything about data that members of one org see of one another, or that are sent out by mail or export;</li>
        <li>that names in the catalogs, statistics of activity and the timing of answers tell nothing: they are shared by the whole database, and so all names are opaque.</li>
        </ul>

        """;

    public static void Write(StringBuilder page) => page.Append(Page);
}
