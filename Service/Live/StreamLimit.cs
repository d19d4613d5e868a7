namespace Tenantry.Service.Live;

/// <summary>How many streams and hub connections one user has on this node at once.</summary>
internal sealed class StreamLimit
{
    public const int Most = 10;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, int> taken = [];

    /// <summary>A place, to be disposed when the stream ends; null when all are taken.</summary>
    public IDisposable? TryTake(Guid userId)
    {
        lock (gate)
        {
            var count = taken.GetValueOrDefault(userId);
            if (count >= Most) return null;
            taken[userId] = count + 1;
            return new Place(this, userId);
        }
    }

    private void Leave(Guid userId)
    {
        lock (gate)
            if (--taken[userId] == 0) taken.Remove(userId);
    }

    private sealed class Place(StreamLimit limit, Guid userId) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) limit.Leave(userId);
        }
    }
}
