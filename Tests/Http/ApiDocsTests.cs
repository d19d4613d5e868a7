using System.Text.RegularExpressions;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Http;

internal sealed partial class ApiDocsTests
{
    private const string Snapshot = "Tests/Snapshots/openapi.v1.json";

    [Test, CancelAfter(60_000)]
    public async Task The_document_is_the_one_that_is_kept_and_the_page_asks_nobody_else(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken);
        using var client = app.CreateClient();

        var document = (await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), cancellationToken)).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") is not null) await File.WriteAllTextAsync(Path.Combine(Repository.Root, Snapshot), document, cancellationToken);
        Assert.That(document, Is.EqualTo(Repository.Read(Snapshot)), "The API changed. If it should, run the tests with UPDATE_SNAPSHOTS=1 and tell of it in CHANGELOG.md.");
        Assert.That(document, Does.Contain("\"openapi\": \"3.1"));

        using var page = await client.GetAsync(new Uri("/scalar/", UriKind.Relative), cancellationToken);
        var html = await page.Content.ReadAsStringAsync(cancellationToken);
        Assert.That(html, Does.Contain("scalar.js"));
        Assert.That(OutsideAddress().Matches(html).Select(match => match.Value), Is.Empty);
        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'self'"), "the browser refuses any other");
    }

    [GeneratedRegex("(?:https?:)?//[a-z0-9.-]+\\.[a-z]{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex OutsideAddress();
}
