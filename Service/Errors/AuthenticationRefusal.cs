namespace Tenantry.Service.Errors;

/// <summary>Why a token that is good in itself was not taken: a feature of the request, answered where one without a token is.</summary>
internal sealed record AuthenticationRefusal(ErrorCode Error);
