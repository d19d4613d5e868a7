namespace Tenantry.Service.Http;

/// <summary>A page of a list, and the cursor of the next; null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Makes a page of rows that were read with one more than the limit, to see whether there is a next.</summary>
    public static Page<T> Of(IReadOnlyList<T> rows, int limit, Func<T, Guid> idOf) =>
        rows.Count <= limit ? new(rows, null) : new([.. rows.Take(limit)], new Cursor(idOf(rows[limit - 1])).ToString());
}
