namespace Tenantry.Migrations.Cli;

/// <summary>A file that a command writes: what is in the way is told before anything is done.</summary>
internal static class OutputFile
{
    /// <exception cref="CommandException">It is there already, or its folder is not.</exception>
    public static void Require(string file, bool replace)
    {
        if (Directory.Exists(file)) throw CommandException.Usage($"{file} is a folder: name a file.");
        if (!replace && File.Exists(file)) throw CommandException.Usage($"{file} is there already: add --force to replace it.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file)))) throw CommandException.Usage($"The folder of {file} is not there: make it.");
    }

    /// <exception cref="CommandException">It could not be written.</exception>
    public static Task<bool> WriteAsync(Action write) => WriteAsync(() =>
    {
        write();
        return Task.FromResult(true);
    });

    /// <exception cref="CommandException">It could not be written.</exception>
    public static async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"The file cannot be written: {error.Message}");
        }
    }
}
