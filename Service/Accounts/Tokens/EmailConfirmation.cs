using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Tenantry.Service.Hosting;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts.Tokens;

/// <summary>Confirms a user's address, or makes the new one, to which the token was mailed, theirs.</summary>
internal sealed class EmailConfirmation(ControlDatabase database, TokenUse tokens, ILookupNormalizer normalizer, Outbox outbox, RequestOrigin origin)
{
    /// <summary>False when the token is not good, or the new address has become another account's.</summary>
    public async Task<bool> ConfirmAsync(ConfirmEmailRequest request, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        if (await tokens.UseAsync(transaction, request.Token, request.Email, cancellationToken, TokenPurpose.ConfirmEmail, TokenPurpose.ChangeEmail) is not { } used) return false;
        var done = used.NewEmail is null
            ? await ConfirmAsync(transaction, used.User, cancellationToken)
            : await ChangeAsync(transaction, used.User, used.NewEmail, cancellationToken);
        if (done) await transaction.CommitAsync(CancellationToken.None);
        return done;
    }

    private async Task<bool> ConfirmAsync(DbTransaction transaction, AppUser user, CancellationToken cancellationToken)
    {
        await TokenQueries.VoidAsync(transaction.Connection!, user.Id, TokenPurpose.ConfirmEmail, cancellationToken);
        if (await CredentialQueries.ConfirmEmailAsync(transaction.Connection!, user.Id, cancellationToken))
            await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserEmailConfirmed, user.Id) { Origin = origin.Address }, cancellationToken);
        return true;
    }

    private async Task<bool> ChangeAsync(DbTransaction transaction, AppUser user, string email, CancellationToken cancellationToken)
    {
        try
        {
            if (!await CredentialQueries.ChangeEmailAsync(transaction.Connection!, user.Id, email, normalizer.NormalizeEmail(email), cancellationToken)) return false;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }

        // What was mailed to the former address opens nothing any more.
        await TokenQueries.VoidAsync(transaction.Connection!, user.Id, null, cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserEmailChanged, user.Id) { Origin = origin.Address }, cancellationToken);
        await outbox.AddAsync(transaction, new OutgoingMail(user.Email, MailTemplate.EmailChanged, new Dictionary<string, string> { ["email"] = email }), cancellationToken);
        return true;
    }
}
