using System.Globalization;

namespace Tenantry.Migrations.Embedded;

/// <summary>
/// Who uses a cluster: a file each, which its process holds locked. A process that dies lets go of it, however
/// it dies, so that neither a reused process id nor a reboot can make a dead user look alive. Every method
/// expects the caller to hold the cluster's lock.
/// </summary>
internal sealed class ClusterUsers(string folder)
{
    public IDisposable Register()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.CreateVersion7():N}");
        return FileLock.Find(Path.Combine(folder, name))
            ?? throw new EmbeddedPostgresException($"Cannot lock files in {folder}: choose a folder on a local disk with TENANTRY_DATA.");
    }

    /// <summary>Whether anyone is left. Discards what dead users left behind.</summary>
    public bool Any()
    {
        var any = false;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            using (var free = FileLock.Find(file))
            {
                if (free is null)
                {
                    any = true;
                    continue;
                }
            }
            File.Delete(file);
        }
        return any;
    }
}
