using Microsoft.AspNetCore.Identity;
using Tenantry.Service.Accounts.Tokens;
using Tenantry.Service.Hosting;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>Makes accounts. A known address is told by mail, and nobody else is: same answer, same statements, same cost.</summary>
internal sealed class Registration(
    ControlDatabase database, IPasswordHasher<AppUser> hasher, ILookupNormalizer normalizer, TokenMail mail, Outbox outbox, RequestOrigin origin)
{
    public async Task RegisterAsync(RegisterRequest request, CancellationToken cancellationToken)
    {
        var user = Describe(request);
        var token = AccountToken.New();
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var added = await UserQueries.AddAsync(control, user, cancellationToken);
        await Pretence.WriteAsync(transaction, added, async () =>
        {
            await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserRegistered, user.Id) { Origin = origin.Address }, cancellationToken);
            await mail.KeepAsync(transaction, token, TokenPurpose.ConfirmEmail, user.Id, null, cancellationToken);
        }, cancellationToken);

        var message = added ? mail.Write(token, TokenPurpose.ConfirmEmail, user.Email) : new OutgoingMail(user.Email, MailTemplate.AlreadyRegistered, new Dictionary<string, string>());
        await Pretence.WriteAsync(
            transaction, await mail.MayMailAsync(transaction, user.Email, TokenPurpose.ConfirmEmail, cancellationToken),
            () => outbox.AddAsync(transaction, message, cancellationToken), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private AppUser Describe(RegisterRequest request)
    {
        var email = request.Email.Trim();
        var user = new AppUser { Email = email, NormalizedEmail = normalizer.NormalizeEmail(email), Name = request.Name?.Trim() ?? "", SecurityStamp = AppUser.NewStamp() };
        user.PasswordHash = hasher.HashPassword(user, request.Password);
        return user;
    }
}
