using CsCheck;

namespace Tenantry.Tests.Fuzz;

/// <summary>Texts that have broken something somewhere. None has the marker, nor anything that an answer must not have.</summary>
internal static class Texts
{
    private static readonly string[] Known =
    [
        "", " ", "\0", "a\0b", "\t\r\n", "null", "undefined", "NaN", "true", "-1", "0", "1e309", "99999999999999999999", "2147483648", "0x7f", "1,5", "٣",
        "\ud800", "\udc00x", "a\ud83d", "\ud83d\ude00", "\u202edlrow", "e\u0301\u0301\u0301", "\ufeffx", "\uffff", "İıſK", "ﷺ", "а-b", "\u200b",
        "' or true --", "'; drop table projects; --", "\\'; select pg_sleep(9); --", "$$; rollback; --", "\" ; --", "{0}", "{{x}}", "%s%n", "%00", "%2e%2e%2f", "..", ".", "/", "\\",
        "<script>alert(1)</script>", "${jndi:ldap://x}", "*", "%", "_", "[", "a@b", "@", "x@example.com", "ada@example.com.", "\"a b\"@example.com",
        "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "infinity", "-infinity", "2026-01-01T00:00:00+14:00",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{01890000-0000-7000-8000-000000000000}", "01890000000070008000000000000000",
        "AAAAAAAAAAAAAAAAAAAAAA", "_____________________w", "W/\"1\"", "\"1\", \"2\"", "\"99999999999\"", "\"", "admin", "member", "active", "archived", "en'gines", "pg-x", "xn--a",
    ];

    /// <summary>Any text, with half a character in it too.</summary>
    public static Gen<string> Any { get; } = Gen.Frequency<string>(
        (6, Gen.OneOf(Known)),
        (2, Gen.Char.Array[0, 12].Select(letters => new string(letters))),
        (2, Gen.Char[' ', '~'].Array[0, 40].Select(letters => new string(letters))),
        (1, Gen.OneOf(1, 39, 40, 41, 200, 201, 254, 1_000, 10_001).Select(length => new string('x', length))));
}
