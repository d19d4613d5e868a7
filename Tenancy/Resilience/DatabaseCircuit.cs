using System.Diagnostics.Metrics;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Tenantry.Tenancy.Resilience;

/// <summary>
/// Stands before the connections to one database. When most attempts to open one fail it lets none through for a while, so that
/// requests are told at once; then one may try, and its success lets all through again. Thread-safe.
/// </summary>
internal sealed class DatabaseCircuit : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly CircuitBreakerStateProvider state = new();
    private readonly Meter meter = new(TenancyTelemetry.SourceName);
    private readonly ResiliencePipeline pipeline;

    /// <param name="plane">Which database, in the metric.</param>
    /// <param name="options">When it opens and for how long, and how long opening a connection may take.</param>
    public DatabaseCircuit(string plane, TenancyOptions options)
    {
        pipeline = new ResiliencePipelineBuilder { TimeProvider = new SteadyTime(options.Time) }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = attempt => ValueTask.FromResult(DatabaseFault.IsOfServer(attempt.Outcome.Exception)),
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakAfter,
                SamplingDuration = Window,
                BreakDuration = options.BreakFor,
                StateProvider = state,
            })
            .AddTimeout(options.OpenTimeout)
            .Build();
        meter.CreateObservableGauge(
            "tenantry.circuit.state", () => new Measurement<int>((int)State, new KeyValuePair<string, object?>("tenantry.plane", plane)),
            description: "0 closed: requests pass; 1 open: they are told at once that the database is down; 2 half-open: one tries.");
    }

    public CircuitState State => state.CircuitState;

    /// <inheritdoc cref="OpenAsync{T,TState}" path="/exception"/>
    public ValueTask<T> OpenAsync<T>(Func<CancellationToken, ValueTask<T>> open, CancellationToken cancellationToken) =>
        OpenAsync(static (open, token) => open(token), open, cancellationToken);

    /// <exception cref="DatabaseUnavailableException">The circuit is open, or opening took too long.</exception>
    public async ValueTask<T> OpenAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> open, TState state, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(open, state, cancellationToken);
        }
        catch (Exception error) when (IsOurs(error))
        {
            throw Unavailable(error);
        }
    }

    /// <summary>The same for who cannot wait otherwise; the time limit is the connection's own.</summary>
    /// <inheritdoc cref="OpenAsync{T,TState}" path="/exception"/>
    public void Open(Action open)
    {
        try
        {
            pipeline.Execute(open);
        }
        catch (Exception error) when (IsOurs(error))
        {
            throw Unavailable(error);
        }
    }

    public void Dispose() => meter.Dispose();

    private static bool IsOurs(Exception error) => error is BrokenCircuitException or TimeoutRejectedException or TimeoutException;

    private static DatabaseUnavailableException Unavailable(Exception error) => new(
        error is BrokenCircuitException ? "The database did not answer, and is left alone for a moment." : "The database took too long to give a connection.", error);
}
