using System.ComponentModel;
using System.Diagnostics;

namespace Tenantry.Tests.Mail;

/// <summary>A headless Chromium, where there is one.</summary>
internal static class Browser
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The page's elements once it is loaded, as HTML; null where there is no browser.</summary>
    public static async Task<string?> FindDomAsync(Uri page, CancellationToken cancellationToken)
    {
        var profile = Directory.CreateTempSubdirectory("tenantry-browser");
        try
        {
            string[] arguments = ["--headless", "--no-first-run", "--disable-gpu", $"--user-data-dir={profile.FullName}", "--dump-dom", page.ToString()];
            // Root has no sandbox to give; the page is our own.
            if (!OperatingSystem.IsWindows() && Environment.UserName == "root") arguments = ["--no-sandbox", .. arguments];
            foreach (var program in Programs)
            {
                if (TryStart(program, arguments) is not { } browser) continue;
                using (browser)
                {
                    _ = browser.StandardError.ReadToEndAsync(cancellationToken);
                    var dom = await browser.StandardOutput.ReadToEndAsync(cancellationToken);
                    await browser.WaitForExitAsync(cancellationToken);
                    return dom;
                }
            }

            return null;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    private static Process? TryStart(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
