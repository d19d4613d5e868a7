using System.CommandLine;
namespace Tenantry.Migrations.Cli;
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal) => new Command("doctor", "x").Doing(terminal, (_, _) => Task.FromResult(0));
}
