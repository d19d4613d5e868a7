using Spectre.Console;

namespace Tenantry.Migrations.Cli;

/// <summary>Shows long work on stderr: a bar on a terminal, a plain line for each step otherwise.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs work that reports each of its <paramref name="total"/> steps when that step is done.</summary>
    public static async Task<T> RunAsync<T>(Invocation invocation, string title, int total, Func<IProgress<string>, Task<T>> work)
    {
        if (!invocation.Terminal.Interactive || total == 0) return await work(new Lines(invocation.Terminal.Err));
        return await Terminal.Spectre(invocation.Terminal.Err, invocation.NoColor).Progress()
            .StartAsync(context => work(new Bar(context.AddTask(Markup.Escape(title), maxValue: total))));
    }

    // System.Progress<T> would report on other threads, after the work went on.
    internal sealed class Lines(TextWriter writer) : IProgress<string>
    {
        public void Report(string value) => writer.WriteLine(Output.Printable(value));
    }

    private sealed class Bar(ProgressTask task) : IProgress<string>
    {
        public void Report(string value)
        {
            task.Description = Markup.Escape(Output.Printable(value));
            task.Increment(1);
        }
    }
}
