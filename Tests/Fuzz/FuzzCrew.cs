using System.Net.Http.Headers;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fuzz;

/// <summary>An org with an admin, a member and something in it, and an outsider with an org of his own. What a request destroys, another crew has.</summary>
internal sealed record FuzzCrew(IReadOnlyDictionary<FuzzCaller, (AuthenticationHeaderValue? Login, string Org, IReadOnlyDictionary<string, string> Ids)> Callers)
{
    public static async Task<FuzzCrew> MakeAsync(Community community)
    {
        var (admin, member, outsider) = (await community.AddConfirmedAsync("admin"), await community.AddConfirmedAsync("member"), await community.AddConfirmedAsync("outsider"));
        var (org, other) = (await community.MakeOrgAsync(admin, "crew"), await community.MakeOrgAsync(outsider, "other"));
        await community.JoinAsync(org, member);
        var (ours, theirs) = (await FillAsync(admin, org, member), await FillAsync(outsider, other, outsider));
        return new FuzzCrew(new Dictionary<FuzzCaller, (AuthenticationHeaderValue?, string, IReadOnlyDictionary<string, string>)>
        {
            [FuzzCaller.Anonymous] = (null, Community.SlugOf(org), ours),
            [FuzzCaller.Admin] = (admin.Client.DefaultRequestHeaders.Authorization, Community.SlugOf(org), ours),
            [FuzzCaller.Member] = (member.Client.DefaultRequestHeaders.Authorization, Community.SlugOf(org), ours),
            [FuzzCaller.Outsider] = (outsider.Client.DefaultRequestHeaders.Authorization, Community.SlugOf(other), theirs),
        });
    }

    // By the name of the collection, as it stands in paths.
    private static async Task<IReadOnlyDictionary<string, string>> FillAsync(Person admin, string org, Person member)
    {
        async Task<string> AddAsync(string path, object body) => (await admin.PostAsync($"{org}/{path}", body)).Json.GetProperty("id").GetString()!;
        var project = await AddAsync("projects", new { name = "ours" });
        return new Dictionary<string, string>
        {
            ["projects"] = project,
            ["tasks"] = await AddAsync($"projects/{project}/tasks", new { title = "ours" }),
            ["invitations"] = await AddAsync("invitations", new { email = $"guest-of-{member.Email}" }),
            ["users"] = $"{member.Id}",
        };
    }
}
