using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts.Tokens;

/// <summary>Mails tokens to those who ask for them. An address without an account gets no mail and costs as much.</summary>
internal sealed class TokenMail(ControlDatabase database, Outbox outbox, ILookupNormalizer normalizer, IOptions<AccountOptions> options, TimeProvider time)
{
    public async Task SendConfirmationAsync(string email, CancellationToken cancellationToken) =>
        await AskAsync(email, TokenPurpose.ConfirmEmail, user => !user.EmailConfirmed, cancellationToken);

    public async Task SendResetAsync(string email, CancellationToken cancellationToken) =>
        await AskAsync(email, TokenPurpose.ResetPassword, _ => true, cancellationToken);

    /// <summary>To the new address. Whether it has an account is seen when the token is used.</summary>
    public async Task SendChangeAsync(DbTransaction transaction, Guid userId, string newEmail, CancellationToken cancellationToken) =>
        await Pretence.WriteAsync(
            transaction, await MayMailAsync(transaction, newEmail, TokenPurpose.ChangeEmail, cancellationToken),
            () => WriteAsync(transaction, AccountToken.New(), TokenPurpose.ChangeEmail, userId, newEmail, cancellationToken), cancellationToken);

    /// <summary>Counts a mail to an address; false when it had its share of the hour, which nobody is told.</summary>
    public async Task<bool> MayMailAsync(DbTransaction transaction, string email, TokenPurpose purpose, CancellationToken cancellationToken) =>
        await TokenQueries.CountMailAsync(transaction.Connection!, AddressHash.Of(normalizer.NormalizeEmail(email)), purpose, cancellationToken) <= options.Value.MailsPerHour;

    public Task KeepAsync(DbTransaction transaction, AccountToken token, TokenPurpose purpose, Guid userId, string? newEmail, CancellationToken cancellationToken) =>
        TokenQueries.AddAsync(transaction.Connection!, token.Hash, purpose, userId, newEmail, LifetimeOf(purpose), cancellationToken);

    public OutgoingMail Write(AccountToken token, TokenPurpose purpose, string to) => new(
        to,
        purpose switch
        {
            TokenPurpose.ConfirmEmail => MailTemplate.ConfirmEmail,
            TokenPurpose.ResetPassword => MailTemplate.ResetPassword,
            _ => MailTemplate.ConfirmNewEmail,
        },
        new Dictionary<string, string> { ["token"] = token.Text, ["expires"] = OutgoingMail.Time(time.GetUtcNow() + LifetimeOf(purpose)) });

    private async Task AskAsync(string email, TokenPurpose purpose, Func<AppUser, bool> concerns, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var user = await UserQueries.FindByEmailAsync(control, normalizer.NormalizeEmail(email), cancellationToken);
        var mayMail = await MayMailAsync(transaction, email, purpose, cancellationToken);
        await Pretence.WriteAsync(
            transaction, mayMail && user is not null && concerns(user),
            // To the address as it is known, not as whoever asks spells it.
            () => WriteAsync(transaction, AccountToken.New(), purpose, user?.Id ?? Guid.CreateVersion7(), user?.Email ?? email, cancellationToken), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private async Task WriteAsync(DbTransaction transaction, AccountToken token, TokenPurpose purpose, Guid userId, string to, CancellationToken cancellationToken)
    {
        await KeepAsync(transaction, token, purpose, userId, purpose is TokenPurpose.ChangeEmail ? to : null, cancellationToken);
        await outbox.AddAsync(transaction, Write(token, purpose, to), cancellationToken);
    }

    private TimeSpan LifetimeOf(TokenPurpose purpose) =>
        purpose is TokenPurpose.ResetPassword ? options.Value.ResetLifetime : options.Value.ConfirmationLifetime;
}
