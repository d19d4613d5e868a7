using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Foundation;

/// <summary>A database of a test's own, bootstrapped and migrated; gone with its roles when disposed.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static int count;

    private TestDatabase(string admin) => AdminConnection = admin;

    /// <summary>A superuser's connection string, without pooling.</summary>
    public string AdminConnection { get; }

    public TenantryDatabase Database { get; private set; } = null!;

    public DatabaseLogins Logins => Database.Logins;

    public static Task<TestDatabase> CreateAsync(CancellationToken cancellationToken) => CreateAsync(DataLogins.Shared, cancellationToken);

    public static Task<TestDatabase> CreateAsync(DataLogins logins, CancellationToken cancellationToken) => CreateAsync(logins, ScriptSet.Tenant, cancellationToken);

    /// <summary>With tenants made of these scripts.</summary>
    public static Task<TestDatabase> CreateAsync(ScriptSet scripts, CancellationToken cancellationToken) => CreateAsync(DataLogins.Shared, scripts, cancellationToken);

    private static async Task<TestDatabase> CreateAsync(DataLogins logins, ScriptSet scripts, CancellationToken cancellationToken)
    {
        var test = await CreateEmptyAsync(cancellationToken);
        await test.OpenAsync(test.AdminConnection, logins, scripts, cancellationToken);
        return test;
    }

    /// <summary>
    /// As on a managed server: the admin may make roles and owns the database, and is no superuser, so that nothing can be taken
    /// from PUBLIC that the system gave it.
    /// </summary>
    public static async Task<TestDatabase> CreateManagedAsync(DataLogins logins, CancellationToken cancellationToken)
    {
        var test = await CreateEmptyAsync(cancellationToken);
        var managed = new NpgsqlConnectionStringBuilder(test.AdminConnection) { Password = "managed" };
        managed.Username = managed.Database + "_managed";
        await using (var admin = await test.OpenAdminAsync(cancellationToken))
            await admin.ExecuteAsync(
                $"""
                create role {managed.Username} login createrole createdb password '{managed.Password}';
                alter database {managed.Database} owner to {managed.Username};
                """);
        await test.OpenAsync(managed.ConnectionString, logins, ScriptSet.Tenant, cancellationToken);
        return test;
    }

    private async Task OpenAsync(string admin, DataLogins logins, ScriptSet scripts, CancellationToken cancellationToken) => Database = await TenantryDatabase.OpenAsync(
        new DatabaseOptions { Connection = admin, AutoMigrate = true, DataLogins = logins, TenantScripts = scripts }, new Progress<string>(), cancellationToken);

    /// <summary>A database in which nothing is, not even the logins.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(CancellationToken cancellationToken)
    {
        var name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref count)}";
        await using var admin = new NpgsqlConnection(TestRun.Postgres.Connection);
        await admin.OpenAsync(cancellationToken);
        await admin.ExecuteAsync($"create database {name}");
        return new TestDatabase(new NpgsqlConnectionStringBuilder(TestRun.Postgres.Connection) { Database = name }.ConnectionString);
    }

    public async Task<NpgsqlConnection> OpenAdminAsync(CancellationToken cancellationToken) => await OpenAsync(AdminConnection, cancellationToken);

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public async Task<Guid> AddUserAsync(string email, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        await using var admin = await OpenAdminAsync(cancellationToken);
        await admin.ExecuteAsync(
            "insert into public.users (id, email, normalized_email, security_stamp) values (@id, @email, upper(@email), 'x')", new { id, email });
        return id;
    }

    public async Task<Guid> AddSessionAsync(Guid userId, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        await using var admin = await OpenAdminAsync(cancellationToken);
        await admin.ExecuteAsync(
            "insert into public.sessions (id, user_id, refresh_hash, expires_at) values (@id, @userId, @hash, now() + interval '1 day')",
            new { id, userId, hash = id.ToByteArray() });
        return id;
    }

    public async Task<Guid> AddOrgAsync(string slug, Guid adminId, CancellationToken cancellationToken)
    {
        var made = await Database.Provisioner.CreateAsync(new NewOrg(SlugOf(slug), slug, adminId, null), cancellationToken);
        Assert.That(made.Outcome, Is.EqualTo(ProvisioningOutcome.Created));
        return made.OrgId;
    }

    /// <summary>An org with an admin of its own, and that admin's scope in it.</summary>
    public async Task<TenantScope> AddTenantAsync(string slug, CancellationToken cancellationToken)
    {
        var admin = await AddUserAsync($"{slug}@example.com", cancellationToken);
        await AddOrgAsync(slug, admin, cancellationToken);
        return new TenantScope(await AddSessionAsync(admin, cancellationToken), SlugOf(slug));
    }

    public async Task AddMemberAsync(Guid orgId, Guid userId, string role, CancellationToken cancellationToken)
    {
        await using var admin = await OpenAdminAsync(cancellationToken);
        await admin.ExecuteAsync("insert into public.memberships (org_id, user_id, role) values (@orgId, @userId, @role)", new { orgId, userId, role });
    }

    /// <summary>As the service is set where no pooler is.</summary>
    public TenancyOptions Options() => new()
    {
        DataConnection = Logins.Data,
        ControlConnection = Logins.Control,
        DataLogins = Database.DataLogins,
        MaxAutoPrepare = 500,
        ResetSessions = Database.DataLogins == DataLogins.PerTenant,
    };

    public static Slug SlugOf(string text) => Slug.TryCreate(text, out var slug) ? slug : throw new ArgumentException(Slug.FindFault(text));

    public async ValueTask DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        var name = new NpgsqlConnectionStringBuilder(AdminConnection).Database;
        await using var admin = await OpenAsync(TestRun.Postgres.Connection, CancellationToken.None);
        // Roles are the cluster's: the data login's tenants are known by membership.
        var roles = (await admin.QueryAsync<string>(
            """
            select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles d on d.oid = m.member
            where d.rolname = @data and r.rolname like 't\_%'
            """,
            new { data = name + "_data" })).AsList();
        await using (var there = await OpenAsync(AdminConnection, CancellationToken.None))
            foreach (var left in (await there.QueryAsync<string>("select gid from pg_prepared_xacts where database = current_database()")).AsList())
                await there.ExecuteAsync($"rollback prepared '{left.Replace("'", "''", StringComparison.Ordinal)}'");
        await admin.ExecuteAsync($"drop database {name} with (force)");
        foreach (var role in roles.Select(role => "l_" + role[2..]).Concat(roles).Concat([$"{name}_tenants", $"{name}_owner", $"{name}_control", $"{name}_data", $"{name}_auditor", $"{name}_managed"]))
            await admin.ExecuteAsync($"drop role if exists {role}");
    }
}
