using CsCheck;

namespace Tenantry.Tests.Fuzz;

/// <summary>
/// What a request says without knowing the world it is sent to: <c>«own-org»</c> and the like are replaced when it is sent, so that
/// a request is the same text in each run.
/// </summary>
internal static class Names
{
    public const string OwnOrg = "«own-org»", VictimOrg = "«victim-org»", VictimPrefix = "«victim-id-";

    public static Gen<string> Org { get; } = Gen.Frequency<string>(
        (9, Gen.Const(OwnOrg)), (2, Gen.Const(VictimOrg)), (1, Gen.Const("unknown")), (1, Texts.Any));

    /// <summary>The id of a row of that kind, of another, of the victim's, of none, or what is no id.</summary>
    public static Gen<string> Id(string kind) => Gen.Frequency<string>(
        (9, Gen.Const(Own(kind))), (1, Gen.OneOf("projects", "tasks", "invitations", "users").Select(Own)), (2, Gen.Int[0, 40].Select(number => $"{VictimPrefix}{number}»")),
        (1, Gen.Guid.Select(id => id.ToString())), (1, Texts.Any));

    public static string Own(string kind) => $"«own-{kind}»";

    /// <summary>Whether a text names something of the victim's.</summary>
    public static bool OfVictim(string text) => text.Contains("«victim-", StringComparison.Ordinal);
}
