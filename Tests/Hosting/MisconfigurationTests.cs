using Tenantry.Tests.Faults;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Hosting;

/// <summary>A service that is configured wrongly says which setting it is, in one line, and ends with 2.</summary>
internal sealed class MisconfigurationTests
{
    [TestCase("Tenancy__DataPoolSize", "0", "DataPoolSize")]
    [TestCase("Tenancy__DataPoolCore", "0", "DataPoolCore")]
    [TestCase("Tenancy__DataPoolSize", "many", "Tenancy:DataPoolSize")]
    [TestCase("Limits__PoolShare", "900", "PoolShare")]
    [TestCase("Limits__PoolShare", "all", "Limits:PoolShare")]
    [TestCase("Database__AutoMigrate", "yes", "Database:AutoMigrate")]
    [CancelAfter(60_000)]
    public async Task A_setting_that_cannot_be_is_named_in_one_line(string name, string value, string named, CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        using var service = ServiceProcess.Start(("TENANTRY_CONNECTION", database.AdminConnection), (name, value));
        var output = service.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await service.StandardError.ReadToEndAsync(cancellationToken);
        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.EqualTo(2), error);
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1), error);
        Assert.That(error, Does.StartWith("tenantry: ").And.Contain(named));
        Assert.That(await output, Does.Not.Contain("   at "));
    }
}
