namespace Tenantry.Service.Accounts;
internal sealed class LiveSessionFilter : IEndpointFilter { public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext c, EndpointFilterDelegate n) => n(c); }
internal static class AccountServices { public static IServiceCollection AddAccounts(this IServiceCollection s, IConfiguration c, IHostEnvironment e) { s.AddAuthentication(); s.AddAuthorization(); s.AddRateLimiter(_ => {}); return s; } public static void MapAccounts(this IEndpointRouteBuilder a) {} }
