using System.Data;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;
using DbUp.Engine.Transactions;

namespace Tenantry.Migrations.Scripting;

/// <summary>
/// Lets DbUp decide which scripts run and in which order, and takes them from it, so that each travels on our connection and in
/// our transaction, in one batch: a round trip for all scripts instead of several for each of their statements.
/// </summary>
internal static class DbUpPlan
{
    /// <summary>The names, in order, of the scripts that DbUp runs on a schema whose journal holds <paramref name="executed"/>.</summary>
    public static IReadOnlyList<string> Make(IEnumerable<MigrationScript> scripts, IEnumerable<string> executed)
    {
        var collected = new Collector([.. executed]);
        var configuration = new UpgradeConfiguration
        {
            ConnectionManager = collected,
            Journal = collected,
            ScriptExecutor = collected,
            // Substitution is on by default and reads `$body$` as a variable, and `$schema$` as one of its own.
            VariablesEnabled = false,
        };
        configuration.ScriptProviders.Add(new Provider([.. scripts.Select(script => new SqlScript(script.Name, script.Sql))]));
        // PerformUpgrade answers with a result and does not throw.
        var result = new UpgradeEngine(configuration).PerformUpgrade();
        return result.Successful ? collected.Names : throw new MigrationFailedException("DbUp made no plan.", result.ErrorScript?.Name, result.Error);
    }

    private sealed class Provider(IReadOnlyList<SqlScript> scripts) : IScriptProvider
    {
        public IEnumerable<SqlScript> GetScripts(IConnectionManager connectionManager) => scripts;
    }

    private sealed class Collector(string[] executed) : IConnectionManager, IJournal, IScriptExecutor
    {
        public List<string> Names { get; } = [];

        public TransactionMode TransactionMode { get; set; }

        public bool IsScriptOutputLogged { get; set; }

        public int? ExecutionTimeoutSeconds { get; set; }

        public string[] GetExecutedScripts() => executed;

        public void Execute(SqlScript script) => Names.Add(script.Name);

        public void Execute(SqlScript script, IDictionary<string, string> variables) => Execute(script);

        public void VerifySchema() { }

        public void StoreExecutedScript(SqlScript script, Func<IDbCommand> dbCommandFactory) { }

        public void EnsureTableExistsAndIsLatestVersion(Func<IDbCommand> dbCommandFactory) { }

        public IDisposable OperationStarting(IUpgradeLog upgradeLog, List<SqlScript> executedScripts) => new MemoryStream();

        public void ExecuteCommandsWithManagedConnection(Action<Func<IDbCommand>> action) => throw NoConnection();

        public T ExecuteCommandsWithManagedConnection<T>(Func<Func<IDbCommand>, T> actionWithResult) => throw NoConnection();

        public IEnumerable<string> SplitScriptIntoCommands(string scriptContents) => [scriptContents];

        public bool TryConnect(IUpgradeLog upgradeLog, out string errorMessage)
        {
            errorMessage = "";
            return true;
        }

        private static NotSupportedException NoConnection() => new("The plan is made without a connection.");
    }
}
