using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Service.Idempotency;

/// <summary>What a POST answered, to be answered again.</summary>
internal sealed record StoredAnswer(byte[] RequestHash, int Status, string? Location, string? ETag, string? Body);

/// <summary>The SQL of idempotency keys, kept in the tenant's own schema.</summary>
internal sealed class IdempotencyQueries(TenantConnection tenant)
{
    // A repetition that runs beside the first waits here for the first one's commit.
    private const string Claim =
        "insert into idempotency_keys (user_id, key, request_hash) values (@userId, @key, @hash) on conflict do nothing";

    private const string Find =
        """
        select request_hash as RequestHash, status, location, etag as ETag, body
        from idempotency_keys where user_id = @userId and key = @key
        """;

    private const string Store =
        """
        update idempotency_keys set status = @Status, location = @Location, etag = @ETag, body = @Body
        where user_id = @userId and key = @key
        """;

    public async Task<bool> ClaimAsync(Guid userId, string key, byte[] hash, CancellationToken cancellationToken) =>
        await tenant.ExecuteAsync(new CommandDefinition(Claim, new { userId, key, hash }, cancellationToken: cancellationToken)) > 0;

    public Task<StoredAnswer> GetAsync(Guid userId, string key, CancellationToken cancellationToken) =>
        tenant.QuerySingleAsync<StoredAnswer>(new CommandDefinition(Find, new { userId, key }, cancellationToken: cancellationToken));

    public Task StoreAsync(Guid userId, string key, StoredAnswer answer, CancellationToken cancellationToken) =>
        tenant.ExecuteAsync(new CommandDefinition(
            Store, new { userId, key, answer.Status, answer.Location, answer.ETag, answer.Body }, cancellationToken: cancellationToken));
}
