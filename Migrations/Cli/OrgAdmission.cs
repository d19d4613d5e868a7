using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>Makes an org for an admin who may have no account yet, and leaves no account behind when no org was made.</summary>
internal static class OrgAdmission
{
    public static async Task<(T Result, bool AccountMade)> MakeAsync<T>(
        TenantryDatabase database, Slug slug, string email, Func<Guid, Task<T>> make, Func<T, ProvisioningOutcome> outcomeOf, CancellationToken cancellationToken)
    {
        var accounts = new Accounts(database.Owner);
        var (admin, accountMade) = await accounts.GetOrAddAsync(email, "", null, cancellationToken);
        var outcome = ProvisioningOutcome.AdminUnknown;
        try
        {
            var made = await make(admin);
            outcome = outcomeOf(made);
            Require(outcome, slug);
            return (made, accountMade);
        }
        finally
        {
            if (accountMade && outcome is not ProvisioningOutcome.Created) await accounts.WithdrawAsync(admin);
        }
    }

    /// <exception cref="CommandException">No org was made.</exception>
    public static void Require(ProvisioningOutcome outcome, Slug slug)
    {
        if (outcome is ProvisioningOutcome.Created) return;
        throw CommandException.Failed(outcome is ProvisioningOutcome.SlugTaken
            ? $"The slug {slug} is taken, or was until lately: choose another."
            : "The admin's account went away meanwhile: run the command again.");
    }

    public static string Explain(string email) => $"There was no account {email}: one was made without a password. They set it through \"forgot password\".";
}
