namespace Tenantry.Bench.Requests;

/// <summary>A way to serve tenants' requests: the same three on the same rows.</summary>
internal interface ICandidate : IAsyncDisposable
{
    string Name { get; }

    /// <summary>How many tenants it can serve at all.</summary>
    int Most => int.MaxValue;

    Task<BenchProject?> ReadAsync(int tenant, Guid id);

    Task<IReadOnlyList<BenchProject>> PageAsync(int tenant);

    Task WriteAsync(int tenant);
}
