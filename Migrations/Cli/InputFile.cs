namespace Tenantry.Migrations.Cli;

/// <summary>A file that a command reads: what is wrong with it is one line.</summary>
internal static class InputFile
{
    /// <exception cref="CommandException">It cannot be read, or is not what it must be.</exception>
    public static async Task<T> ReadAsync<T>(string file, Func<string, T> parse, CancellationToken cancellationToken)
    {
        try
        {
            return parse(await File.ReadAllTextAsync(file, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw CommandException.Usage($"{file} cannot be used: {error.Message}");
        }
    }
}
