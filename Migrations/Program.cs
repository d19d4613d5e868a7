using System.Runtime.InteropServices;
using Tenantry.Migrations.Cli;

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Finish);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Finish);
return await TenantryCli.RunAsync(args, Terminal.OfThisProcess(), interrupted.Token);

// The tenant in hand is finished before the process ends.
void Finish(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
