using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Mail;

/// <summary>The SQL of the outbox. Times are the database's, so that senders whose clocks differ agree.</summary>
internal static class OutboxQueries
{
    private const string Add = "insert into public.mail_outbox (id, recipient, template, body) values (@id, @recipient, @template, @body)";

    private const string IsAnyDue =
        "select exists (select from public.mail_outbox where body is not null and next_attempt_at <= now() and template = any(@templates))";

    // A newer instance's templates are left to it.
    private const string FindDueAndLease =
        """
        with due as (
            select id from public.mail_outbox
            where body is not null and next_attempt_at <= now() and template = any(@templates)
            order by next_attempt_at, id
            limit 1
            for update skip locked
        )
        update public.mail_outbox m
        set attempts = m.attempts + 1, next_attempt_at = now() + @lease
        from due
        where m.id = due.id
        returning m.id, m.recipient, m.template, m.body, m.attempts, m.created_at as CreatedAt, now() - m.created_at as Age
        """;

    private const string MarkSent =
        "update public.mail_outbox set body = null, sent_at = now(), last_error = null where id = @id and body is not null";

    // Not when the lease has run out and another has taken it.
    private const string MarkFailed =
        "update public.mail_outbox set body = null, failed_at = now(), last_error = @error where id = @id and attempts = @attempts and body is not null";

    private const string Defer =
        "update public.mail_outbox set next_attempt_at = now() + @wait, last_error = @error where id = @id and attempts = @attempts and body is not null";

    private const string Sweep = "delete from public.mail_outbox where body is null and coalesce(sent_at, failed_at) < now() - @keepFor";

    private const string IsAnyLate = "select exists (select from public.mail_outbox where body is not null and created_at < now() - @lateAfter)";

    private static readonly string[] Templates = Enum.GetNames<MailTemplate>();

    public static Task AddAsync(DbTransaction transaction, Guid id, string recipient, MailTemplate template, string body, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Add, new { id, recipient, template = template.ToString(), body }, transaction, cancellationToken: cancellationToken));

    public static Task<bool> IsAnyDueAsync(DbConnection control, CancellationToken cancellationToken) =>
        control.ExecuteScalarAsync<bool>(new CommandDefinition(IsAnyDue, new { templates = Templates }, cancellationToken: cancellationToken));

    public static Task<OutboxRow?> FindDueAndLeaseAsync(DbConnection control, TimeSpan lease, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<OutboxRow>(new CommandDefinition(FindDueAndLease, new { lease, templates = Templates }, cancellationToken: cancellationToken));

    public static Task MarkSentAsync(DbConnection control, OutboxRow row, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(MarkSent, new { row.Id }, cancellationToken: cancellationToken));

    public static Task MarkFailedAsync(DbConnection control, OutboxRow row, string error, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(MarkFailed, new { row.Id, row.Attempts, error }, cancellationToken: cancellationToken));

    public static Task DeferAsync(DbConnection control, OutboxRow row, TimeSpan wait, string error, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Defer, new { row.Id, row.Attempts, wait, error }, cancellationToken: cancellationToken));

    public static Task SweepAsync(DbConnection control, TimeSpan keepFor, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Sweep, new { keepFor }, cancellationToken: cancellationToken));

    public static Task<bool> IsAnyLateAsync(DbConnection control, TimeSpan lateAfter, CancellationToken cancellationToken) =>
        control.ExecuteScalarAsync<bool>(new CommandDefinition(IsAnyLate, new { lateAfter }, cancellationToken: cancellationToken));
}
