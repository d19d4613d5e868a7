using System.Globalization;
using System.Threading.RateLimiting;

namespace Tenantry.Service.Http;

/// <summary>Tells a caller who was refused by a rate limit when to come again.</summary>
internal static class RetryAfter
{
    public static void Tell(HttpResponse response, RateLimitLease lease, TimeSpan? otherwise = null)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : otherwise ?? TimeSpan.FromMinutes(1);
        response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }
}
