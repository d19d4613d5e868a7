namespace Tenantry.Tenancy;

/// <summary>The most that there were at once, lately: in the second that is running or in the one before. Thread-safe.</summary>
/// <param name="time">Whose seconds.</param>
internal sealed class RecentPeak(TimeProvider time)
{
    private readonly long started = time.GetTimestamp();
    private long second;
    private int most, before;

    /// <summary>There are so many now. The most there were lately.</summary>
    public int Note(int count)
    {
        var now = (long)time.GetElapsedTime(started).TotalSeconds;
        // What somebody notes just while another begins the second may be lost: the next one notes it again.
        if (Volatile.Read(ref second) is var noted && noted < now && Interlocked.CompareExchange(ref second, now, noted) == noted)
        {
            Volatile.Write(ref before, noted == now - 1 ? Volatile.Read(ref most) : 0);
            Volatile.Write(ref most, 0);
        }

        if (count > Volatile.Read(ref most)) Volatile.Write(ref most, count);
        return Math.Max(Volatile.Read(ref most), Volatile.Read(ref before));
    }
}
