using System.Globalization;
using Tenantry.Migrations.Transfer;

namespace Tenantry.Migrations.Cli;

/// <summary>Tells of each table as it is carried over.</summary>
internal sealed class TransferProgress(IProgress<string> progress, int total) : IProgress<TransferredTable>
{
    private int done;

    public void Report(TransferredTable value) =>
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{value.Name}: {value.Rows} rows, {TenantView.Size(value.Bytes)} ({++done} of {total})."));
}
