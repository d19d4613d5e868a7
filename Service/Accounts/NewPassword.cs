using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Tenantry.Service.Accounts.Tokens;
using Tenantry.Service.Hosting;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>Gives a user another password. Sessions and mailed tokens, which others may hold, end with the former one.</summary>
internal sealed class NewPassword(
    ControlDatabase database, TokenUse tokens, Sessions sessions, IPasswordHasher<AppUser> hasher, Outbox outbox, RequestOrigin origin)
{
    /// <summary>By a mailed token, which proves the address too. False when it is not good.</summary>
    public async Task<bool> ResetAsync(ResetPasswordRequest request, CancellationToken cancellationToken)
    {
        var hash = hasher.HashPassword(new AppUser(), request.Password);
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        if (await tokens.UseAsync(transaction, request.Token, request.Email, cancellationToken, TokenPurpose.ResetPassword) is not { } used) return false;

        await SetAsync(transaction, used.User, hash, keptSession: null, cancellationToken);
        await LoginFailures.LiftAsync(transaction, used.User.NormalizedEmail, cancellationToken);
        if (await CredentialQueries.ConfirmEmailAsync(control, used.User.Id, cancellationToken))
            await LogAsync(transaction, AuditAction.UserEmailConfirmed, used.User.Id, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    public async Task SetAsync(DbTransaction transaction, AppUser user, string hash, Guid? keptSession, CancellationToken cancellationToken)
    {
        await CredentialQueries.SetPasswordAsync(transaction.Connection!, user.Id, hash, AppUser.NewStamp(), cancellationToken);
        await sessions.EndAllAsync(transaction, user.Id, keptSession, cancellationToken);
        // Also a change of address under way: else who asked for it before would take the account with it.
        await TokenQueries.VoidAsync(transaction.Connection!, user.Id, null, cancellationToken);
        await LogAsync(transaction, AuditAction.UserPasswordChanged, user.Id, cancellationToken);
        await outbox.AddAsync(transaction, new OutgoingMail(user.Email, MailTemplate.PasswordChanged, new Dictionary<string, string>()), cancellationToken);
    }

    private Task LogAsync(DbTransaction transaction, AuditAction action, Guid userId, CancellationToken cancellationToken) =>
        AuditLog.AppendAsync(transaction, new AuditEntry(action, userId) { Origin = origin.Address }, cancellationToken);
}
