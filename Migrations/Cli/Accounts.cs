using System.Net.Mail;
using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Cli;

/// <summary>The accounts that an operator makes. Rows look as the service's own do.</summary>
internal sealed class Accounts(OwnerDatabase database)
{
    private const string Find = "select id from public.users where normalized_email = @normalized";

    private const string Add =
        """
        insert into public.users (id, email, normalized_email, email_confirmed, name, password_hash, security_stamp)
        values (@id, @email, @normalized, @confirmed, @name, @hash, @stamp)
        on conflict (normalized_email) do nothing
        """;

    // Only what nobody has used yet.
    private const string Withdraw =
        """
        delete from public.users u
        where u.id = @id and u.password_hash is null and not u.email_confirmed
          and not exists (select from public.memberships m where m.user_id = u.id)
        """;

    /// <summary>What is wrong with a text as an e-mail address; null when nothing is.</summary>
    public static string? FindFault(string text) =>
        text.Length <= 254 && !text.Any(char.IsControl) && MailAddress.TryCreate(text, out var address) && address.Address == text
            ? null
            : $"'{Output.Printable(text)}' is not an e-mail address.";

    /// <summary>The id of the account with an address; null when there is none.</summary>
    public async Task<Guid?> FindAsync(string email, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(Find, new { normalized = Normalize(email) }, cancellationToken: cancellationToken));
    }

    /// <summary>The account with an address, made when there is none.</summary>
    /// <param name="email">The address.</param>
    /// <param name="name">The person's name, for a new account.</param>
    /// <param name="passwordHash">For a new account; null makes one without a password and unconfirmed, to be claimed through forgot-password.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(Guid Id, bool Made)> GetOrAddAsync(string email, string name, string? passwordHash, CancellationToken cancellationToken)
    {
        var normalized = Normalize(email);
        var id = Guid.CreateVersion7();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var account = new
        {
            id,
            email,
            normalized,
            name,
            hash = passwordHash,
            confirmed = passwordHash is not null,
            stamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(20)),
        };
        var made = await connection.ExecuteAsync(new CommandDefinition(Add, account, cancellationToken: cancellationToken)) > 0;
        if (made) await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserRegistered, null, null, id.ToString()), cancellationToken);
        else id = await connection.ExecuteScalarAsync<Guid>(new CommandDefinition(Find, new { normalized }, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return (id, made);
    }

    /// <summary>Takes back an account just made, when what it was made for failed.</summary>
    public async Task WithdrawAsync(Guid id)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(Withdraw, new { id });
    }

    // As Identity's UpperInvariantLookupNormalizer spells it.
    private static string Normalize(string email) => email.Normalize().ToUpperInvariant();
}
