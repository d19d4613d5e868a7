using Microsoft.Extensions.Caching.Memory;
using Tenantry.Service.Hosting;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>
/// A bounded note of the tokens whose sessions are in the database, so that a request with one makes no extra round trip. It says
/// whose a token is, never that its session lives: that is looked up, live, as for any other.
/// </summary>
internal sealed class SeenTokens : IDisposable
{
    private readonly MemoryCache callers = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public Caller? Find(ExternalToken token) => callers.Get<Caller>(token.Hash);

    public void Add(ExternalToken token, Caller caller) =>
        callers.Set(token.Hash, caller, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = token.ExpiresAt });

    public void Dispose() => callers.Dispose();
}
