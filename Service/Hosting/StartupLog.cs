namespace Tenantry.Service.Hosting;

internal static partial class StartupLog
{
    [LoggerMessage(1, LogLevel.Information, "Serving from {Database}. API reference at /scalar.")]
    public static partial void ServingFrom(this ILogger logger, string database);
}
