using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tenantry.Tests.Telemetry;

/// <summary>Which events were logged in which scopes.</summary>
internal sealed class ScopedLog : ILoggerProvider, ISupportExternalScope, ILogger
{
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<(int Event, string Scopes)> Events { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var all = new List<string>();
        scopes.ForEachScope((scope, list) => list.Add($"{scope}"), all);
        Events.Enqueue((eventId.Id, string.Join(' ', all)));
    }

    public void Dispose()
    {
    }
}
