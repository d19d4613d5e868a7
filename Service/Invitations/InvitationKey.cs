namespace Tenantry.Service.Invitations;

/// <summary>
/// How a request names an invitation that was received: by the mailed token, or by the id, which means something only to the
/// account whose confirmed address is the invited one. A text that is neither names none.
/// </summary>
internal sealed record InvitationKey(Guid? Id, byte[]? TokenHash) : IParsable<InvitationKey>
{
    public static InvitationKey Parse(string s, IFormatProvider? provider) =>
        Guid.TryParseExact(s, "D", out var id) ? new(id, null) : new(null, InvitationToken.FindHash(s));

    public static bool TryParse(string? s, IFormatProvider? provider, out InvitationKey result)
    {
        result = Parse(s ?? "", provider);
        return true;
    }
}
