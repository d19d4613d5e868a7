using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tenantry.Migrations.Scripting;
using Tenantry.Migrations.Transfer;

namespace Tenantry.Tests.Transfer;

/// <summary>Files that are damaged, edited, foreign or made to deceive: one line, and nothing is left of them.</summary>
internal sealed class RefusedImportTests : TransferFixture
{
    private const string Hostile = "kinds\"; drop schema public cascade; --";

    private static readonly (string What, Action<ZipArchive> Edit)[] Edits =
    [
        ("a row changed", archive => EditText(archive, "tables/0002.copy", rows => rows.Replace("long long", "long lonG", StringComparison.Ordinal))),
        ("rows cut off", archive => EditText(archive, "tables/0002.copy", rows => rows[..^100])),
        ("rows added", archive => EditText(archive, "tables/0004.copy", rows => rows + "00000000-0000-0000-0000-000000000009\n")),
        ("a table's rows missing", archive => archive.GetEntry("tables/0003.copy")!.Delete()),
        ("a path out of the folder", archive => archive.CreateEntry("../../../tmp/evil")),
        ("no manifest", archive => archive.GetEntry("manifest.json")!.Delete()),
        ("a manifest that is no JSON", archive => EditText(archive, "manifest.json", text => text[..^20])),
        ("a manifest without tables", archive => EditManifest(archive, manifest => manifest.AsObject().Remove("tables"))),
        ("a manifest of null tables", archive => EditManifest(archive, manifest => manifest["tables"]![0] = null)),
        ("another format", archive => EditManifest(archive, manifest => manifest["format"] = "backup")),
        ("a newer format", archive => EditManifest(archive, manifest => manifest["formatVersion"] = 2)),
        ("other scripts", archive => EditManifest(archive, manifest => manifest["scripts"]![0]!["name"] = "0001_create_other")),
        ("an edited script", archive => EditManifest(archive, manifest => manifest["scripts"]![0]!["checksum"] = new string('0', 64))),
        ("a newer version", archive => EditManifest(archive, manifest => manifest["scripts"]!.AsArray().Add(new JsonObject { ["name"] = "0002_more", ["checksum"] = "x" }))),
        ("no scripts", archive => EditManifest(archive, manifest => manifest["scripts"] = new JsonArray())),
        ("a hostile table", archive => EditManifest(archive, manifest => manifest["tables"]![1]!["name"] = Hostile)),
        ("the shared schema's table", archive => EditManifest(archive, manifest => manifest["tables"]![1]!["name"] = "public.users")),
        ("the journal", archive => EditManifest(archive, manifest => manifest["tables"]![3]!["name"] = "migration_journal")),
        ("a table twice", archive => EditManifest(archive, manifest => manifest["tables"]![3]!["name"] = "kinds")),
        ("a hostile column", archive => EditManifest(archive, manifest => manifest["tables"]![1]!["columns"]![0] = Hostile)),
        ("a column too few", archive => EditManifest(archive, manifest => manifest["tables"]![1]!["columns"]!.AsArray().RemoveAt(1))),
        ("a hostile sequence", archive => EditManifest(archive, manifest => manifest["sequences"]![0]!["name"] = "public.counter")),
        ("rows of another type", archive => EditRows(archive, 3, "not a uuid\n")),
        ("a row twice", archive => EditRows(archive, 3, "00000000-0000-0000-0000-000000000009\n00000000-0000-0000-0000-000000000009\n")),
        ("a reference to nothing", archive => EditRows(archive, 0, "00000000-0000-0000-0000-000000000009\t999\tx\n")),
    ];

    [Test]
    public async Task Each_is_refused_with_one_line_and_nothing_is_left()
    {
        await ExportAcmeAsync("acme.zip");
        var before = await StateAsync();
        foreach (var (what, edit) in Edits)
        {
            File.Copy(PathOf("acme.zip"), PathOf("edited.zip"), overwrite: true);
            using (var archive = ZipFile.Open(PathOf("edited.zip"), ZipArchiveMode.Update)) edit(archive);
            await AssertRefusedAsync(what, Old);
        }

        Assert.That(await StateAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_file_that_is_cut_off_or_no_archive_is_refused()
    {
        await ExportAcmeAsync("acme.zip");
        var whole = await File.ReadAllBytesAsync(PathOf("acme.zip"));
        foreach (var length in (int[])[0, 1, whole.Length / 2, whole.Length - 1])
        {
            await File.WriteAllBytesAsync(PathOf("edited.zip"), whole[..length]);
            await AssertRefusedAsync($"{length} bytes", Old);
        }

        // In the middle of the compressed rows: the table of contents is whole.
        whole[whole.Length / 3] ^= 0xff;
        await File.WriteAllBytesAsync(PathOf("edited.zip"), whole);
        await AssertRefusedAsync("a byte", Old);
    }

    [Test]
    public async Task Data_of_a_newer_program_are_refused_by_name_of_the_versions()
    {
        await ExportAcmeAsync("acme.zip");
        File.Copy(PathOf("acme.zip"), PathOf("edited.zip"));
        Assert.That(await AssertRefusedAsync("older scripts", new ScriptSet([])), Does.Contain("version 1").And.Contain("version 0"));
    }

    private async Task<string> AssertRefusedAsync(string what, ScriptSet scripts)
    {
        var error = Assert.ThrowsAsync<TransferException>(() => Importer(scripts).ImportAsync(PathOf("edited.zip"), Org("globex", Ada), null, CancellationToken.None), what);
        Assert.That(error!.Message, Is.Not.Empty.And.Not.Contain("\n"), what);
        Assert.That(await AdminAsync<long>("select count(*) from public.tenants"), Is.EqualTo(1), what);
        return error.Message;
    }

    private static void EditText(ZipArchive archive, string name, Func<string, string> edit)
    {
        string text;
        using (var reader = new StreamReader(archive.GetEntry(name)!.Open())) text = reader.ReadToEnd();
        archive.GetEntry(name)!.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(edit(text));
    }

    private static void EditManifest(ZipArchive archive, Action<JsonNode> edit) => EditText(archive, "manifest.json", text =>
    {
        var manifest = JsonNode.Parse(text)!;
        edit(manifest);
        return manifest.ToJsonString();
    });

    // As somebody does who knows the format: the hash is right.
    private static void EditRows(ZipArchive archive, int table, string rows)
    {
        EditText(archive, $"tables/{table + 1:0000}.copy", _ => rows);
        EditManifest(archive, manifest =>
        {
            var entry = manifest["tables"]![table]!;
            entry["rows"] = rows.Count(letter => letter == '\n');
            entry["bytes"] = Encoding.UTF8.GetByteCount(rows);
            entry["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rows)));
        });
    }
}
