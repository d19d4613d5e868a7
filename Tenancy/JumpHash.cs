namespace Tenantry.Tenancy;

/// <summary>
/// Which of so many places a number belongs to, evenly, so that with one place more only those move that move to it: Lamping and Veach,
/// "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014).
/// </summary>
internal static class JumpHash
{
    /// <summary>A place from 0, below <paramref name="places"/>.</summary>
    public static int Find(int number, int places)
    {
        var key = (ulong)number;
        var (place, next) = (0L, 0L);
        while (next < places)
        {
            place = next;
            key = unchecked((key * 2862933555777941757) + 1);
            next = (long)((place + 1) * ((double)(1L << 31) / ((key >> 33) + 1)));
        }

        return (int)place;
    }
}
