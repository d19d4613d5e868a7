namespace Tenantry.Tests.Foundation;

/// <summary>One service for all tests of a fixture, and Ada, who makes their orgs. The fixture is to be of a single instance.</summary>
internal abstract class CommunityFixture
{
    protected Community community = null!;
    protected Person ada = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        community = await Community.StartAsync();
        ada = await community.AddAsync("ada");
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await community.DisposeAsync();
}
