using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Tenantry.Service.Accounts;
using Tenantry.Service.Accounts.Issuers;

namespace Tenantry.Tests.Accounts;

internal sealed class IssuerValidationTests
{
    [Test]
    public void Every_fault_of_the_configured_issuers_is_told_at_once()
    {
        var options = new AccountOptions
        {
            Issuers =
            [
                new() { Issuer = "https://a.example", Audience = "api", Authority = new("https://a.example") },
                new() { Authority = new("https://b.example"), JwksAddress = new("https://b.example/keys") },
                new() { Issuer = "https://a.example", Audience = "api", MetadataAddress = new("http://a.example/metadata") },
            ],
        };
        Assert.That(Validate(options, Environments.Production), Is.EqualTo(
        [
            "Accounts:Issuers:1:Issuer is missing: the iss of the issuer's tokens.",
            "Accounts:Issuers:1:Audience is missing: without one, tokens for other services would be taken.",
            "Accounts:Issuers:1: set one of Authority, MetadataAddress and JwksAddress.",
            "Accounts:Issuers:2: 'http://a.example/metadata' must be an https address; http is for Development only.",
            "Accounts:Issuers: two have the same Issuer.",
        ]));
    }

    [Test]
    public void Http_is_for_development_only([Values] bool development)
    {
        var options = new AccountOptions { Issuers = [new() { Issuer = "x", Audience = "api", Authority = new("http://localhost:9") }] };
        Assert.That(Validate(options, development ? Environments.Development : Environments.Production), development ? Is.Empty : Has.Exactly(1).Items);
    }

    private static IEnumerable<string> Validate(AccountOptions options, string environment) =>
        new IssuerValidation(new Host(environment)).Validate(null, options).Failures ?? [];

    private sealed class Host(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
