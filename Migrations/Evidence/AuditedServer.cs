namespace Tenantry.Migrations.Evidence;

/// <summary>The server and the role by which it was asked.</summary>
/// <param name="Version">As the server writes it.</param>
/// <param name="Database">The database's name.</param>
/// <param name="Login">Who asked.</param>
/// <param name="SystemIdentifier">The cluster's own number, the same on its replicas.</param>
/// <param name="IsReplica">Whether the server is a standby.</param>
public sealed record AuditedServer(string Version, string Database, string Login, string SystemIdentifier, bool IsReplica);
