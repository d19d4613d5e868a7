namespace Tenantry.Migrations.Evidence;

/// <summary>What goes into a report. Immutable.</summary>
public sealed record EvidenceOptions
{
    /// <summary>Checks or families, such as <c>roles.logins</c> or <c>drift</c>; none, the default, for all. Only with all are live probes run.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether to run the live probes. Default true.</summary>
    public bool Probe { get; init; } = true;

    /// <summary>How the probes go about it.</summary>
    public ProbeOptions Probes { get; init; } = new();

    /// <summary>Findings that somebody answers for. Default: none.</summary>
    public IReadOnlyList<RiskAcceptance> Exceptions { get; init; } = [];

    /// <summary>The report before, with the heads of the audit log that it fixed; null, the default, for none.</summary>
    public (PreviousReport Report, IReadOnlyList<ChainHead> Heads)? Previous { get; init; }

    /// <summary>Whether orgs are named. Default false: the report has opaque ids only.</summary>
    public bool Names { get; init; }

    internal bool IsComplete => Only.Count == 0;

    internal bool Wants(string check) => IsComplete || Only.Contains(check) || Only.Contains(check[..check.IndexOf('.', StringComparison.Ordinal)]);
}
