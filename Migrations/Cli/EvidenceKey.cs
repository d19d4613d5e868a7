using System.CommandLine;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Migrations.Cli;

/// <summary>The key that a report or certificate is signed with: <c>--key</c>, else <c>Evidence:Key</c>, else none.</summary>
internal static class EvidenceKey
{
    public static Option<string?> Option() => new("--key") { Description = "Sign with this private key (PEM, P-256); else the file that Evidence:Key names, else not at all" };

    /// <exception cref="CommandException">The file cannot be read, or is no private key.</exception>
    public static SigningKey? ReadPrivate(Invocation invocation, Option<string?> option)
    {
        if ((invocation.Get(option) ?? DatabaseSelection.ReadConfiguration()["Evidence:Key"]) is not { Length: > 0 } path) return null;
        var key = Read(path, "--key");
        return key.IsPrivate ? key : throw CommandException.Usage($"--key {path}: a public key cannot sign; name the private one.");
    }

    /// <exception cref="CommandException">The file cannot be read, or is no such key.</exception>
    public static SigningKey Read(string path, string option)
    {
        try
        {
            return SigningKey.Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandException.Usage($"{option} {path}: {error.Message}");
        }
    }
}
