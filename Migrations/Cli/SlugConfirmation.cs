using System.CommandLine;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>Asks for the slug again before something is lost: at the terminal, or by <c>--confirm</c> where nothing is asked.</summary>
internal sealed class SlugConfirmation(string verb)
{
    public Option<string?> Option { get; } = new("--confirm") { Description = "The slug again; needed with -y" };

    /// <summary>Refuses what could not be confirmed, before anything is opened.</summary>
    /// <exception cref="CommandException">It is not.</exception>
    public void Require(Invocation invocation, Slug slug)
    {
        var confirmed = invocation.Get(Option);
        if (confirmed is not null && confirmed != slug.Value)
            throw CommandException.Usage($"--confirm does not repeat the slug: --confirm {slug} {verb}s {slug}.");
        if (invocation.Yes && confirmed is null)
            throw CommandException.Usage($"-y needs the slug again: add --confirm {slug}.");
        if (!invocation.Yes && !invocation.Terminal.Interactive)
            throw CommandException.Usage($"There is no terminal to ask on: add -y --confirm {slug}.");
    }

    /// <summary>Asks, unless nothing is to be asked.</summary>
    /// <exception cref="CommandException">The answer is not the slug.</exception>
    public static void Ask(Invocation invocation, Slug slug, string question)
    {
        if (invocation.Yes) return;
        invocation.Terminal.Err.Write($"{question} Type the slug to go on: ");
        if (invocation.Terminal.In.ReadLine()?.Trim() != slug.Value)
            throw CommandException.Failed("That is not the slug: nothing was dropped.");
    }
}
