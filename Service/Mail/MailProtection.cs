using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Tenantry.Service.Mail;

/// <summary>Keeps the values of waiting mail, tokens among them, unreadable to whoever reads the table.</summary>
internal sealed class MailProtection(IDataProtectionProvider provider)
{
    public string Protect(Guid id, OutgoingMail mail) => Protector(id, mail.To, mail.Template.ToString()).Protect(JsonSerializer.Serialize(mail.Values));

    /// <summary>Null when the row was changed since, or its key is gone.</summary>
    public IReadOnlyDictionary<string, string>? Unprotect(OutboxRow row)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(Protector(row.Id, row.Recipient, row.Template).Unprotect(row.Body));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // Bound to the row: a token cannot be sent elsewhere by writing another address beside it.
    private IDataProtector Protector(Guid id, string recipient, string template) =>
        provider.CreateProtector("Tenantry.Mail", id.ToString(), recipient, template);
}
