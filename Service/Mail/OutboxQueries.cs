using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Mail;

/// <summary>The SQL of the outbox. Times are the database's, so that senders whose clocks differ agree.</summary>
internal static class OutboxQueries
{
    private const string Add = "insert into public.mail_outbox (id, recipient, template, body) values (@id, @recipient, @template, @body)";

    public static Task AddAsync(DbTransaction transaction, Guid id, string recipient, MailTemplate template, string body, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Add, new { id, recipient, template = template.ToString(), body }, transaction, cancellationToken: cancellationToken));
}
