namespace Tenantry.Migrations.Transfer;

/// <summary>A tenant's data could not be carried over, and nothing was made or changed; the message is one line that says why.</summary>
public sealed class TransferException(string message, Exception? inner = null) : Exception(message, inner);
