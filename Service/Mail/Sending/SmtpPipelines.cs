using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Service.Mail;

/// <summary>
/// Time limit, circuit breaker and, for connecting, retry. Connecting and sending share the breaker: a server that takes connections
/// and drops them is as broken as one that takes none.
/// </summary>
internal sealed partial class SmtpPipelines
{
    public SmtpPipelines(IOptions<MailOptions> options, TimeProvider time, ILogger<SmtpPipelines> logger)
    {
        var smtp = options.Value.Smtp;
        var steady = new SteadyTime(time);
        Sending = new ResiliencePipelineBuilder { TimeProvider = steady }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } error && IsOfConnection(error)),
                FailureRatio = 0.5,
                MinimumThroughput = smtp.BreakAfter,
                SamplingDuration = TimeSpan.FromMinutes(5),
                BreakDuration = smtp.BreakFor,
                OnOpened = arguments =>
                {
                    Log.Opened(logger, arguments.BreakDuration, arguments.Outcome.Exception?.Message ?? "");
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    Log.Closed(logger);
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Value.SendTimeout })
            .Build();
        var connecting = new ResiliencePipelineBuilder { TimeProvider = steady };
        if (smtp.ConnectRetries > 0)
            connecting.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } error && IsOfConnection(error)),
                MaxRetryAttempts = smtp.ConnectRetries,
                Delay = TimeSpan.FromMilliseconds(500),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            });
        Connecting = connecting.AddPipeline(Sending).Build();
    }

    public ResiliencePipeline Connecting { get; }

    public ResiliencePipeline Sending { get; }

    /// <summary>The server is not reached, does not let us in, is going down or broke off: not this mail's fault.</summary>
    public static bool IsOfConnection(Exception error) => error switch
    {
        SmtpCommandException command => command.StatusCode == SmtpStatusCode.ServiceNotAvailable,
        // A server's certificate, or our password.
        AuthenticationException or SslHandshakeException => true,
        _ => error is IOException or System.Net.Sockets.SocketException or ProtocolException or ServiceNotConnectedException
            or ServiceNotAuthenticatedException or TimeoutRejectedException or TimeoutException,
    };

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "The mail server fails and is left alone for {Duration}; mail waits. {Reason}")]
        public static partial void Opened(ILogger logger, TimeSpan duration, string reason);

        [LoggerMessage(1102, LogLevel.Information, "The mail server answers again.")]
        public static partial void Closed(ILogger logger);
    }
}
