using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Tenantry.Migrations.Cli;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Seeding;

/// <summary>
/// Makes demo orgs the way real ones come about: by the provisioner, and with data written in the tenant's own role.
/// Repeating it changes nothing, and finishes what was broken off.
/// </summary>
internal sealed class DemoSeeder(TenantryDatabase database)
{
    private const string IsAdmin = "select exists (select from public.memberships where org_id = @org and user_id = @user and role = 'admin')";

    private const string AddMember =
        "insert into public.memberships (org_id, user_id, role) values (@org, @user, 'member') on conflict (org_id, user_id) do nothing";

    // Nobody has its token: it is accepted from the list of what is addressed to one's own, confirmed address.
    private const string AddInvitation =
        """
        insert into public.invitations (id, org_id, email, normalized_email, role, token_hash, inviter_id, expires_at)
        values (@invitation, @org, @email, upper(@email), 'member', @hash, @admin, now() + interval '7 days')
        on conflict (org_id, normalized_email) where state = 'pending' do nothing
        """;

    private readonly PasswordHasher<DemoPerson> hasher = new();

    /// <summary>Makes one demo org with its people and data; false when it was there already.</summary>
    /// <exception cref="CommandException">The slug belongs to an org that is not a demo org: people whose password is public get into no such org.</exception>
    public async Task<bool> SeedAsync(DemoOrg demo, CancellationToken cancellationToken)
    {
        var slug = Slug.TryCreate(demo.Slug, out var parsed) ? parsed : throw CommandException.Usage(Slug.FindFault(demo.Slug)!);
        var found = await new TenantRegistry(database.Owner).FindAsync(slug, cancellationToken);
        if (found is not null) await RefuseForeignAsync(found, demo, cancellationToken);

        var admin = await GetPersonAsync(demo.Admin, cancellationToken);
        var org = found?.Id ?? await CreateOrgAsync(slug, demo, admin, cancellationToken);
        var content = new DemoContent(database.Logins.Data, SchemaName.For(org));
        if (found is not null && await content.ExistsAsync(cancellationToken)) return false;

        var people = new List<Guid> { admin };
        foreach (var member in demo.Members)
        {
            var user = await GetPersonAsync(member, cancellationToken);
            await AddAsync(AddMember, new { org, user }, new AuditEntry(AuditAction.MembershipCreated, null, org, user.ToString()), cancellationToken);
            people.Add(user);
        }

        var invitation = Guid.CreateVersion7();
        await AddAsync(
            AddInvitation, new { invitation, org, email = demo.Invited, hash = RandomNumberGenerator.GetBytes(32), admin },
            new AuditEntry(AuditAction.InvitationCreated, null, org, invitation.ToString()), cancellationToken);
        await content.WriteAsync(demo.Projects, people, cancellationToken);
        return true;
    }

    // A change and its log row, or neither; nothing where it was there already.
    private async Task AddAsync(string sql, object values, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.Owner.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: cancellationToken)) > 0)
            await AuditLog.AppendAsync(transaction, entry, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<Guid> GetPersonAsync(DemoPerson person, CancellationToken cancellationToken) =>
        (await new Accounts(database.Owner).GetOrAddAsync(person.Email, person.Name, hasher.HashPassword(person, DemoData.Password), cancellationToken)).Id;

    private async Task<Guid> CreateOrgAsync(Slug slug, DemoOrg demo, Guid admin, CancellationToken cancellationToken)
    {
        var made = await database.Provisioner.CreateAsync(new NewOrg(slug, demo.Name, admin, null), cancellationToken);
        return made.Outcome is ProvisioningOutcome.Created
            ? made.OrgId
            : throw CommandException.Failed($"The slug {slug} was another org's until lately: seed another one (tenantry seed <slug>).");
    }

    private async Task RefuseForeignAsync(TenantRecord found, DemoOrg demo, CancellationToken cancellationToken)
    {
        if (found.State is not "active") throw CommandException.Failed($"{found.Slug} is {found.State}: nothing was seeded.");
        var admin = await new Accounts(database.Owner).FindAsync(demo.Admin.Email, cancellationToken);
        await using var connection = await database.Owner.OpenAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(IsAdmin, new { org = found.Id, user = admin }, cancellationToken: cancellationToken)))
            throw CommandException.Failed($"There is an org {found.Slug} that is not a demo org: seed another slug (tenantry seed <slug>).");
    }
}
