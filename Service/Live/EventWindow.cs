using System.Buffers.Binary;

namespace Tenantry.Service.Live;

/// <summary>
/// Where a reader of events is. Ids are in the order in which events were begun, not committed, so a reader looks back a little
/// and passes over what it has had: in one stream an event comes once, and perhaps again after resuming, or when a clock was set back.
/// </summary>
internal sealed class EventWindow
{
    // An event has its id before its statement waits for a row's lock, five seconds at most (the data login's lock_timeout); the
    // rest is for the commit and for clocks that differ.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly HashSet<Guid> seen = [];

    private EventWindow(DateTimeOffset from) => Floor = FirstIdOf(from - Overlap);

    /// <summary>Everything with an id above this is to be read.</summary>
    public Guid Floor { get; private set; }

    /// <summary>A window that begins now; what there is already has to be let pass by <see cref="Admit"/>.</summary>
    public static EventWindow StartingAt(DateTimeOffset now) => new(now);

    /// <summary>A window that goes on after an event, whose id is a UUIDv7.</summary>
    public static EventWindow After(Guid last, DateTimeOffset now)
    {
        var window = new EventWindow(Earlier(TimeOf(last), now));
        window.seen.Add(last);
        return window;
    }

    /// <summary>Whether the event is new here; from then on it is not.</summary>
    public bool Admit(Guid id) => seen.Add(id);

    /// <summary>After everything above <see cref="Floor"/> was read: leaves behind what no commit can come before any more.</summary>
    public void Advance(DateTimeOffset now)
    {
        // The clock was set back, and what is written from now on has ids of then.
        if (FirstIdOf(now - (Overlap / 2)) < Floor) Floor = FirstIdOf(now - Overlap);
        if (seen.Count == 0) return;
        // A clock that runs ahead must not hide what the others write.
        var floor = FirstIdOf(Earlier(TimeOf(seen.Max()), now) - Overlap);
        if (floor <= Floor) return;
        Floor = floor;
        seen.RemoveWhere(id => id < floor);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    // The first 48 bits of a UUIDv7 are its time in milliseconds (RFC 9562, 5.7).
    private static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[18];
        id.TryWriteBytes(bytes[2..], bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
    }

    private static Guid FirstIdOf(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[18];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, time.ToUnixTimeMilliseconds()));
        return new Guid(bytes[2..], bigEndian: true);
    }
}
