using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Tenantry.Service.Accounts;
using Tenantry.Service.Hosting;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Keeps which org a session is in, as a protected cookie that is good in that session only. It holds the org's id, not its slug,
/// which may come to be another org's. What is forged, expired or another session's is as if it were not there.
/// </summary>
internal sealed class SessionOrgCookie(IDataProtectionProvider protection, IOptions<AccountOptions> accounts)
{
    public const string Name = "tenantry.org";
    public const string Purpose = "Tenantry.SessionOrg";

    private const int IdLength = 16;
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector(Purpose).ToTimeLimitedDataProtector();

    public Guid? Find(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 } text || Caller.Find(http.User) is not { } caller) return null;
        try
        {
            var ids = protector.Unprotect(Base64Url.DecodeFromChars(text)).AsSpan();
            return ids.Length == 2 * IdLength && new Guid(ids[..IdLength]) == caller.SessionId ? new Guid(ids[IdLength..]) : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    public void Set(HttpContext http, Guid sessionId, Guid orgId) => http.Response.Cookies.Append(
        Name, Base64Url.EncodeToString(protector.Protect([.. sessionId.ToByteArray(), .. orgId.ToByteArray()], accounts.Value.SessionLifetime)), Options(http));

    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http));

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };
}
