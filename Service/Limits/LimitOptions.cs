using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Limits;

/// <summary>Section <c>Limits</c>: what one org may take of a node, where its plan says nothing else.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Requests a second of one org, on each node; twice as many at once after a pause. Default 200.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Most of the data pool's connections that one org has at once, in percent, and all callers together whose right is not proven yet. Default 50.</summary>
    [Range(1, 90)]
    public int PoolShare { get; set; } = 50;

    /// <summary>Requests of one org that wait for their time or a connection of its share, so that it slows down by itself; more are refused. Default 100.</summary>
    [Range(0, 100_000)]
    public int Queue { get; set; } = 100;

    /// <summary>Requests a second of one caller to orgs that the caller was not let into lately; twice as many after a pause. Default 50.</summary>
    [Range(1, 1_000_000)]
    public int UnprovenPerSecond { get; set; } = 50;
}
