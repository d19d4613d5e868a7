using System.Data.Common;

namespace Tenantry.Service.Mail;

/// <summary>Takes mail in the transaction that causes it: it is sent when that commits, and was never there when it does not.</summary>
internal sealed class Outbox(MailProtection protection)
{
    /// <exception cref="ArgumentException">The values are not those that the template takes.</exception>
    public async Task AddAsync(DbTransaction transaction, OutgoingMail mail, CancellationToken cancellationToken)
    {
        var keys = OutgoingMail.Keys(mail.Template);
        if (!mail.Values.Keys.ToHashSet().SetEquals(keys))
            throw new ArgumentException($"{mail.Template} takes [{string.Join(", ", keys)}] and was given [{string.Join(", ", mail.Values.Keys)}].", nameof(mail));
        var id = Guid.CreateVersion7();
        await OutboxQueries.AddAsync(transaction, id, mail.To, mail.Template, protection.Protect(id, mail), cancellationToken);
    }
}
