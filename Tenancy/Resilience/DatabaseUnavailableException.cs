using Npgsql;

namespace Tenantry.Tenancy.Resilience;

/// <summary>
/// The database cannot be had, or went away during a commit, so that nobody knows whether it was kept. Never tried again by itself.
/// </summary>
public sealed class DatabaseUnavailableException : NpgsqlException
{
    internal DatabaseUnavailableException(string message, Exception inner) : base(message, inner)
    {
    }
}
