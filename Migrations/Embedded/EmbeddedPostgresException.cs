namespace Tenantry.Migrations.Embedded;

/// <summary>
/// The embedded server cannot be started, or not be used. The message is one line that says what to do about it.
/// </summary>
public sealed class EmbeddedPostgresException(string message) : Exception(message);
