using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>One run of one command: what was said on the command line, and where to write.</summary>
internal sealed class Invocation(ParseResult parsed, Terminal terminal)
{
    public Terminal Terminal => terminal;

    public bool Json => parsed.GetValue(GlobalOptions.Json);

    public bool NoColor => parsed.GetValue(GlobalOptions.NoColor);

    public bool Yes => parsed.GetValue(GlobalOptions.Yes);

    public Output Output => new(terminal, Json, NoColor);

    public IProgress<string> Progress => new ProgressDisplay.Lines(terminal.Err);

    public DatabaseSelection Database => new(parsed.GetValue(GlobalOptions.Connection), Progress);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>The org that a command is about.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<TenantRecord> GetTenantAsync(TenantryDatabase database, Slug slug, CancellationToken cancellationToken) =>
        await new TenantRegistry(database.Owner).FindAsync(slug, cancellationToken)
            ?? throw CommandException.Failed($"There is no org {slug}: `tenantry list` shows those there are.");

    /// <summary>Refuses slugs of which one names no org.</summary>
    /// <exception cref="CommandException">It does not.</exception>
    public static async Task RequireTenantsAsync(TenantryDatabase database, IReadOnlyList<Slug>? slugs, CancellationToken cancellationToken)
    {
        foreach (var slug in slugs ?? []) await GetTenantAsync(database, slug, cancellationToken);
    }

    /// <summary>No slugs on the command line mean all orgs.</summary>
    public static Slug[]? NullIfNone(Slug[]? slugs) => slugs is { Length: > 0 } ? slugs : null;
}
