namespace Tenantry.Tenancy.Sql;

/// <summary>A piece of SQL text: where it stands, and where its content does, which is less where quotes are around it.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length, int ContentStart, int ContentLength)
{
    /// <summary>Where the next may begin.</summary>
    public int End => Start + Length;
}
