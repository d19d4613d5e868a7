using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Tenantry.Service.Mail;

namespace Tenantry.Tests.Mail;

internal sealed class MailOptionsTests
{
    [Test]
    public void Every_fault_is_named_at_once_by_its_key()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read("Production",
            ("Smtp:Host", "mail.example.com"), ("Folder", "/tmp/x"), ("AppUrl", "not a url"), ("Links:ResetPassword", "https://app.example/reset"),
            ("Links:Invitation", "javascript:{token}"), ("Lease", "00:00:10"), ("Smtp:Port", "0"), ("Smtp:User", "x"), ("Smtp:Security", "None"),
            ("Smtp:BreakAfter", "1"), ("Smtp:BreakFor", "00:00:00"), ("Smtp:ConnectRetries", "99"), ("Attempts", "0")))!;
        string[] keys =
        [
            "Mail:From", "Mail:Folder", "Mail:AppUrl", "Mail:Links:ResetPassword", "Mail:Links:Invitation", "Mail:Lease", "Mail:Smtp:Port", "Mail:Smtp:Password",
            "Mail:Smtp:Security", "Mail:Smtp:BreakAfter", "Mail:Smtp:BreakFor", "Mail:Smtp:ConnectRetries", "Attempts",
        ];
        Assert.That(keys.Where(key => !error.Failures.Any(failure => failure.Contains(key, StringComparison.Ordinal))), Is.Empty);
        Assert.That(error.Failures.Count(), Is.EqualTo(keys.Length));
    }

    [TestCase("no address")]
    [TestCase("a@example.com, b@example.com")]
    [TestCase("root")]
    public void An_unusable_sender_is_named(string from) =>
        Assert.That(() => Read("Production", ("From", from)), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Mail:From"));

    [Test]
    public void A_password_travels_only_encrypted([Values("None", "StartTlsWhenAvailable")] string security) =>
        Assert.That(() => Read("Production", ("From", "a@example.com"), ("Smtp:Host", "x"), ("Smtp:User", "x"), ("Smtp:Password", "x"), ("Smtp:Security", security)),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Mail:Smtp:Security"));

    [Test]
    public void Nothing_needs_to_be_set_and_only_development_has_a_folder()
    {
        Assert.That(Read("Production").Folder, Is.Null);
        Assert.That(Read("Development").Folder, Does.EndWith("mail"));
        Assert.That(Read("Development", ("Smtp:Host", "mail.example.com"), ("Folder", "")).Folder, Is.Null);
        Assert.That(Read("Production").Smtp.Security, Is.EqualTo(MailKit.Security.SecureSocketOptions.StartTls));
    }

    private static MailOptions Read(string environment, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Mail:" + setting.Key, (string?)setting.Value))).Build();
        using var services = new ServiceCollection().AddMail(configuration, new HostingEnvironment { EnvironmentName = environment }).BuildServiceProvider();
        return services.GetRequiredService<IOptions<MailOptions>>().Value;
    }
}
