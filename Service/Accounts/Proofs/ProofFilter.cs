using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts.Proofs;

/// <summary>
/// Checks the password and the code that a request carries, before the endpoint and outside its transaction: a failure counts
/// though the request is refused, and a code is used up whatever comes after.
/// </summary>
internal sealed class ProofFilter(ControlDatabase database, Credentials credentials) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var password = context.Arguments.OfType<IPasswordProof>().SingleOrDefault()?.GetPassword();
        var code = context.Arguments.OfType<ICodeProof>().SingleOrDefault()?.GetCode();
        if (password is null && code is null) return await next(context);

        var http = context.HttpContext;
        if (await FindUserAsync(Caller.From(http.User), http.RequestAborted) is not { } user) return Problem.Of(ErrorCode.AuthRequired);
        if (code is not null && !user.TwoFactorEnabled) return Problem.Of(ErrorCode.TwoFactorDisabled);
        return await credentials.CheckAsync(user, password, code, http.RequestAborted) is { } error ? Problem.Of(error) : await next(context);
    }

    private async Task<AppUser?> FindUserAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await UserQueries.FindBySessionAsync(control, caller.SessionId, cancellationToken);
    }
}
