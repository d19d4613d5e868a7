using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Tenantry.Service.Invitations;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Invitations;

/// <summary>How much may be sent and guessed, and settings that make no sense.</summary>
internal sealed class InvitationLimitTests
{
    [Test, CancelAfter(60_000)]
    public async Task An_org_and_a_caller_send_so_many_an_hour_and_strangers_count_for_nothing(CancellationToken cancellationToken)
    {
        await using var community = await Community.StartAsync(("Invitations:PerHour", "2"));
        var (ada, bob, stranger) = (await community.AddAsync("ada"), await community.AddAsync("bob"), await community.AddAsync("stranger"));
        var (org, other) = (await community.MakeOrgAsync(ada, "org"), await community.MakeOrgAsync(ada, "org"));
        await community.JoinAsync(org, bob);
        Task<Answer> InviteAsync(Person by, string to, string email) => by.PostAsync($"{to}/invitations", new { email });

        for (var i = 0; i < 3; i++) Assert.That((await InviteAsync(stranger, org, "x@example.com")).Code, Is.EqualTo("org.not_found"));
        var first = await ada.PostAsync($"{org}/invitations", new { email = "a@example.com" }, ("Idempotency-Key", "a"));
        Assert.That((await ada.PostAsync($"{org}/invitations", new { email = "a@example.com" }, ("Idempotency-Key", "a"))), Is.EqualTo(first));
        Assert.That((await ada.PostAsync($"{org}/invitations/{first.Json.GetProperty("id").GetGuid()}/resend")).Status, Is.EqualTo(200));
        Assert.That((await InviteAsync(bob, org, "b@example.com")).Code, Is.EqualTo("rate.limited"), "the org's");
        Assert.That((await InviteAsync(ada, other, "b@example.com")).Code, Is.EqualTo("rate.limited"), "the caller's");

        using var refused = await ada.Client.PostAsync(new Uri($"{other}/invitations", UriKind.Relative), new StringContent("""{"email":"c@example.com"}""", System.Text.Encoding.UTF8, "application/json"), cancellationToken);
        Assert.That((int)refused.StatusCode, Is.EqualTo(429));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.InRange(TimeSpan.FromMinutes(55), TimeSpan.FromHours(1)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Tokens_are_guessed_so_often_a_minute_and_no_more(CancellationToken cancellationToken)
    {
        await using var community = await Community.StartAsync(("Invitations:TokensPerMinute", "3"));
        var ada = await community.AddAsync("ada");
        for (var i = 0; i < 3; i++) Assert.That((await ada.GetAsync("/api/invitations/guess")).Code, Is.EqualTo("resource.not_found"));
        using var refused = await ada.Client.GetAsync(new Uri("/api/invitations/guess", UriKind.Relative), cancellationToken);
        Assert.That(((int)refused.StatusCode, refused.Headers.RetryAfter is null), Is.EqualTo((429, false)));
        Assert.That((await ada.PostAsync("/api/invitations/guess/accept")).Code, Is.EqualTo("rate.limited"));
        Assert.That((await ada.PostAsync("/api/invitations/guess/decline")).Code, Is.EqualTo("rate.limited"));
        Assert.That((await ada.GetAsync("/api/invitations")).Status, Is.EqualTo(200));
    }

    [TestCase("Invitations:Lifetime", "00:00:01")]
    [TestCase("Invitations:PerHour", "0")]
    [TestCase("Invitations:TokensPerMinute", "-1")]
    public void A_setting_that_makes_no_sense_stops_the_start_and_is_named(string key, string value)
    {
        // What the host runs first. Of a host that fails it can happen that the factory sees only that it is gone.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        using var services = new ServiceCollection().AddInvitations(configuration, new HostingEnvironment { EnvironmentName = "Production" }).BuildServiceProvider();
        Assert.That(services.GetRequiredService<IStartupValidator>().Validate, Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(key.Split(':')[1]));
    }
}
