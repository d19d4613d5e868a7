using Microsoft.Extensions.Options;

namespace Tenantry.Service.Mail;

/// <summary>Looks into the outbox again and again. Any number of instances share the work.</summary>
internal sealed partial class MailSender(
    MailDelivery delivery, IMailTransport transport, IOptions<MailOptions> options, TimeProvider time, ILogger<MailSender> logger) : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Sends) return;
        if (transport is NoTransport) Log.NothingSends(logger);
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        var (failing, swept) = (false, (long?)null);
        do
        {
            try
            {
                if (swept is null || time.GetElapsedTime(swept.Value) >= SweepInterval)
                {
                    await delivery.SweepAsync(stoppingToken);
                    swept = time.GetTimestamp();
                }

                await delivery.DeliverDueAsync(stoppingToken);
                failing = false;
            }
            // Whatever it is, mail keeps and the service goes on. Said once, not every second.
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) Log.Fails(logger, error);
                failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1106, LogLevel.Warning, "No mail is sent: neither Mail:Smtp:Host nor Mail:Folder is set. It waits in the outbox until one is.")]
        public static partial void NothingSends(ILogger logger);

        [LoggerMessage(1107, LogLevel.Error, "The outbox cannot be worked off; it is tried again.")]
        public static partial void Fails(ILogger logger, Exception exception);
    }
}
