using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Idempotency;

/// <summary>The SQL of idempotency keys: a tenant's are in its own schema, the others in <c>public</c>.</summary>
internal sealed class IdempotencyQueries(DbConnection connection, string table)
{
    public const string TenantTable = "idempotency_keys";
    public const string SharedTable = "public.idempotency_keys";

    // A repetition that runs beside the first waits here for the first one's commit.
    private readonly string claim =
        $"insert into {table} (user_id, key, request_hash) values (@userId, @key, @hash) on conflict do nothing";

    private readonly string find =
        $"""
        select request_hash as RequestHash, status, location, etag as ETag, body
        from {table} where user_id = @userId and key = @key
        """;

    private readonly string store =
        $"""
        update {table} set status = @Status, location = @Location, etag = @ETag, body = @Body
        where user_id = @userId and key = @key
        """;

    public async Task<bool> ClaimAsync(Guid userId, string key, byte[] hash, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(claim, new { userId, key, hash }, cancellationToken: cancellationToken)) > 0;

    public Task<StoredAnswer?> FindAsync(Guid userId, string key, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<StoredAnswer>(new CommandDefinition(find, new { userId, key }, cancellationToken: cancellationToken));

    public Task StoreAsync(Guid userId, string key, StoredAnswer answer, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            store, new { userId, key, answer.Status, answer.Location, answer.ETag, answer.Body }, cancellationToken: cancellationToken));
}
