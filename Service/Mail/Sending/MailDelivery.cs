using Microsoft.Extensions.Options;
using Tenantry.Tenancy;

namespace Tenantry.Service.Mail;

/// <summary>
/// Sends what is due. Each mail is leased and the lease committed, then sent without a transaction, then marked: who dies in between
/// leaves it to the next after the lease, with the same Message-ID.
/// </summary>
internal sealed partial class MailDelivery(
    ControlDatabase database, IMailTransport transport, MailComposer composer, IOptions<MailOptions> options, ILogger<MailDelivery> logger)
{
    public async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsAnyDueAsync(cancellationToken)) return;
            // Connected before a mail is taken: a server that is down costs no mail an attempt.
            while (!cancellationToken.IsCancellationRequested && await transport.ConnectAsync(cancellationToken)
                && await LeaseAsync() is { } row) await DeliverAsync(row);
        }
        finally
        {
            await transport.DisconnectAsync();
        }
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await OutboxQueries.SweepAsync(control, options.Value.KeepFor, cancellationToken);
    }

    // From here a stop does not interrupt: the mail in hand is finished.
    private async Task DeliverAsync(OutboxRow row)
    {
        var outcome = await TryAsync(row);
        await using var control = await database.OpenAsync(CancellationToken.None);
        if (outcome.Fate == MailFate.Sent)
        {
            await OutboxQueries.MarkSentAsync(control, row, CancellationToken.None);
            Log.Sent(logger, row.Id, row.Template);
        }
        else if (outcome.Fate == MailFate.Refused || IsGivenUp(row))
        {
            await OutboxQueries.MarkFailedAsync(control, row, composer.Redact(row, outcome.Reason), CancellationToken.None);
            Log.Failed(logger, row.Id, row.Template, row.Attempts);
        }
        else
        {
            var wait = Backoff(row.Attempts);
            await OutboxQueries.DeferAsync(control, row, wait, composer.Redact(row, outcome.Reason), CancellationToken.None);
            Log.Deferred(logger, row.Id, row.Template, row.Attempts, wait);
        }
    }

    private async Task<MailOutcome> TryAsync(OutboxRow row)
    {
        try
        {
            var (message, fault) = composer.Compose(row);
            using (message) return message is null ? MailOutcome.Refused(fault!) : await transport.SendAsync(message);
        }
        // One mail that nobody foresaw must not stop the others.
        catch (Exception error)
        {
            return MailOutcome.Deferred($"{error.GetType().Name}: {error.Message}");
        }
    }

    private async Task<bool> IsAnyDueAsync(CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await OutboxQueries.IsAnyDueAsync(control, cancellationToken);
    }

    private async Task<OutboxRow?> LeaseAsync()
    {
        await using var control = await database.OpenAsync(CancellationToken.None);
        return await OutboxQueries.FindDueAndLeaseAsync(control, options.Value.Lease, CancellationToken.None);
    }

    private bool IsGivenUp(OutboxRow row) => row.Attempts >= options.Value.Attempts || row.Age >= options.Value.GiveUpAfter;

    // Doubling, with jitter, so that what failed together is not tried together.
    private TimeSpan Backoff(int attempts)
    {
        var doubled = options.Value.RetryAfter * Math.Pow(2, Math.Min(attempts - 1, 30));
        return (doubled < options.Value.RetryAtMost ? doubled : options.Value.RetryAtMost) * (0.75 + Random.Shared.NextDouble() / 4);
    }

    // Ids only: an address or a server's words are not for the log.
    private static partial class Log
    {
        [LoggerMessage(1103, LogLevel.Debug, "Mail {Id} ({Template}) is sent.")]
        public static partial void Sent(ILogger logger, Guid id, string template);

        [LoggerMessage(1104, LogLevel.Information, "Mail {Id} ({Template}) was not taken at attempt {Attempt} and is tried again in {Wait}.")]
        public static partial void Deferred(ILogger logger, Guid id, string template, int attempt, TimeSpan wait);

        [LoggerMessage(1105, LogLevel.Warning, "Mail {Id} ({Template}) cannot be sent and is given up at attempt {Attempt}; last_error in public.mail_outbox says why.")]
        public static partial void Failed(ILogger logger, Guid id, string template, int attempt);
    }
}
