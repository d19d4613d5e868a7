namespace Tenantry.Tenancy;

/// <summary>What the control plane's channel says. It only says where to look: what is so, the rows say.</summary>
/// <param name="Listening">Whether changes are announced here. While they are not, and once after it has changed, look by yourself.</param>
/// <param name="Id">The user or org of which something changed; null when only <paramref name="Listening"/> has.</param>
public readonly record struct Announcement(bool Listening, Guid? Id);
