namespace Tenantry.Migrations.Bootstrap;

/// <summary>The database cannot be used as configured. The message is one line that says what to do.</summary>
public sealed class DatabaseConfigurationException(string message) : Exception(message);
