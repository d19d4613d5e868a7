using System.Text;
using Tenantry.Service.Accounts.TwoFactor;

namespace Tenantry.Tests.Accounts;

internal sealed class TotpTests
{
    // The vectors of RFC 6238, appendix B, of which ours are the last six digits; the key is that of the RFC in base32.
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [TestCase(59, "287082")]
    [TestCase(1111111109, "081804")]
    [TestCase(1111111111, "050471")]
    [TestCase(1234567890, "005924")]
    [TestCase(2000000000, "279037")]
    [TestCase(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        Assert.That(AuthenticatorKey.Decode(Key), Is.EqualTo(Encoding.ASCII.GetBytes("12345678901234567890")));
        Assert.That(Totp.FindStep(Key, code, DateTimeOffset.FromUnixTimeSeconds(seconds)), Is.EqualTo(seconds / 30));
    }

    [TestCase(-60, false)]
    [TestCase(-30, true)]
    [TestCase(30, true)]
    [TestCase(60, false)]
    public void A_code_is_good_for_its_step_and_one_beside_it(int seconds, bool good) =>
        Assert.That(Totp.FindStep(Key, "005924", DateTimeOffset.FromUnixTimeSeconds(1234567890 + seconds)) is not null, Is.EqualTo(good));

    [TestCase("")]
    [TestCase("5924")]
    [TestCase("0059240")]
    [TestCase("００５９２４")]
    [TestCase("abcdef")]
    public void Another_text_is_no_code(string text) =>
        Assert.That(Totp.FindStep(Key, text, DateTimeOffset.FromUnixTimeSeconds(1234567890)), Is.Null);
}
