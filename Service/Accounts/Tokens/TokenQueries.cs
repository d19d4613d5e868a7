using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace Tenantry.Service.Accounts.Tokens;

/// <summary>The SQL of mailed tokens and of how many mails an address was asked for. Tokens and addresses are known here by their hash.</summary>
internal static class TokenQueries
{
    private const string Add =
        """
        insert into public.account_tokens (token_hash, purpose, user_id, new_email, expires_at)
        values (@hash, @purpose, @userId, @newEmail, now() + @lifetime)
        """;

    // One statement, so that of many uses at once one finds the row.
    private const string Use =
        """
        delete from public.account_tokens
        where token_hash = @hash and purpose = any(@purposes) and expires_at > now()
        returning user_id as UserId, new_email as NewEmail
        """;

    private const string Void = "delete from public.account_tokens where user_id = @userId and (@purpose::text is null or purpose = @purpose)";

    private const string CountMail =
        """
        insert into public.account_mails as m (address_hash, purpose, mails) values (@hash, @purpose, 1)
        on conflict (address_hash, purpose) do update
        set mails = case when m.since < now() - interval '1 hour' then 1 else m.mails + 1 end,
            since = case when m.since < now() - interval '1 hour' then now() else m.since end
        returning m.mails
        """;

    public static Task AddAsync(
        DbConnection control, byte[] hash, TokenPurpose purpose, Guid userId, string? newEmail, TimeSpan lifetime, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(
            Add, new { hash, purpose = NameOf(purpose), userId, newEmail, lifetime }, cancellationToken: cancellationToken));

    /// <summary>Null when no such token is there: unknown, used or expired. Of uses at once one gets it.</summary>
    public static Task<TokenRow?> UseAsync(DbConnection control, byte[] hash, TokenPurpose[] purposes, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition(
            Use, new { hash, purposes = purposes.Select(NameOf).ToArray() }, cancellationToken: cancellationToken));

    /// <summary>Takes away a user's tokens, or those for one purpose.</summary>
    public static Task VoidAsync(DbConnection control, Guid userId, TokenPurpose? purpose, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(
            Void, new { userId, purpose = purpose is { } only ? NameOf(only) : null }, cancellationToken: cancellationToken));

    /// <summary>Counts one more mail to an address; how many there were within the hour.</summary>
    public static Task<int> CountMailAsync(DbConnection control, byte[] addressHash, TokenPurpose purpose, CancellationToken cancellationToken) =>
        control.ExecuteScalarAsync<int>(new CommandDefinition(
            CountMail, new { hash = addressHash, purpose = NameOf(purpose) }, cancellationToken: cancellationToken));

    private static string NameOf(TokenPurpose purpose) => JsonNamingPolicy.KebabCaseLower.ConvertName(purpose.ToString());
}

internal sealed record TokenRow(Guid UserId, string? NewEmail);
