namespace Tenantry.Migrations.Transfer;

/// <summary>How an export is written.</summary>
public sealed record ExportOptions
{
    /// <summary>Leaves the org's slug and name out. False by default.</summary>
    public bool WithoutName { get; init; }

    /// <summary>Whether a file that is there is replaced. False by default: it is refused.</summary>
    public bool Replace { get; init; }
}
