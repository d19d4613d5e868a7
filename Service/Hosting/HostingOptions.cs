using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Hosting;

/// <summary>Section <c>Hosting</c>: how the service stops, and how much of a client it takes.</summary>
internal sealed class HostingOptions
{
    public const string Section = "Hosting";

    /// <summary>How long it still serves after it was told to stop and is not ready any more, so that a balancer may notice. Default 5 seconds; none in Development.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long requests and mail in hand may take after that. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest body of a request, in bytes. Default 1 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public long MaxRequestBodySize { get; set; } = 1024 * 1024;

    /// <summary>The most headers of a request. Default 100.</summary>
    [Range(10, 1000)]
    public int MaxRequestHeaders { get; set; } = 100;

    /// <summary>All of a request's headers together, in bytes. Default 32 KiB.</summary>
    [Range(1024, 1024 * 1024)]
    public int MaxRequestHeadersSize { get; set; } = 32 * 1024;

    /// <summary>How long a client may take to send the headers. Default 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection without a request is kept. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The slowest that a body may come or an answer be taken, in bytes a second, after five seconds. Default 240; 0 for no bound.</summary>
    [Range(0, 1024 * 1024)]
    public double MinDataRate { get; set; } = 240;
}
