using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Tenantry.Tenancy;

/// <summary>
/// The name of an org in addresses: 3 to 40 of <c>a-z 0-9 -</c>, no leading, trailing or double dash, not reserved.
/// It can change and is never part of a schema's name. The default value is not a slug and throws when used.
/// </summary>
public readonly partial record struct Slug
{
    private readonly string? value;

    private Slug(string value) => this.value = value;

    /// <summary>The slug's text, lower case.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public string Value => value ?? throw new InvalidOperationException("No slug: the default value names no org.");

    /// <summary>
    /// What is wrong with a text as the slug of a new org, as a sentence; null when nothing is.
    /// Upper case is refused here, not folded, so that an org's name never surprises its maker.
    /// </summary>
    public static string? FindFault(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length is < 3 or > 40) return "A slug has 3 to 40 characters.";
        if (!Form().IsMatch(text)) return "A slug consists of a-z, 0-9 and single dashes between them.";
        return IsReserved(text) ? "This slug is reserved." : null;
    }

    /// <summary>Takes the slug of a new org; false when <see cref="FindFault"/> finds one.</summary>
    public static bool TryCreate(string? text, out Slug slug)
    {
        slug = FindFault(text) is null ? new(text!) : default;
        return slug.value is not null;
    }

    /// <summary>
    /// Reads a slug that names an existing org, without regard to case (RFC 4343 treats host names so).
    /// Reserved words are not refused: no org has one.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Slug slug)
    {
        slug = text is { Length: >= 3 and <= 40 } && text.ToLowerInvariant() is var lower && Ascii(text) && Form().IsMatch(lower)
            ? new(lower)
            : default;
        return slug.value is not null;
    }

    /// <summary>Takes a slug read from the database.</summary>
    /// <exception cref="FormatException">The text is not a slug.</exception>
    public static Slug Parse(string text) => TryParse(text, out var slug) ? slug : throw new FormatException("Not a slug.");

    /// <summary>
    /// Whether a lower-case word means something in a path, a host name, SQL or mail, or begins like what does: no org has it as its slug.
    /// </summary>
    public static bool IsReserved(string text) =>
        Reserved.Contains(text) || text.StartsWith("pg-", StringComparison.Ordinal) || text.StartsWith("xn-", StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Value;

    // Kelvin sign and dotted I fold to ASCII letters; they are look-alikes, not spellings.
    private static bool Ascii(string text) => System.Text.Ascii.IsValid(text);

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    // Words that mean something in a path, a host name, SQL or mail.
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal,
        "about", "abuse", "account", "accounts", "admin", "administrator", "all", "anonymous", "api", "app", "assets", "audit",
        "auth", "billing", "blog", "cdn", "config", "contact", "control", "current", "current-user", "dashboard", "data",
        "default", "demo-admin", "dev", "docs", "email", "events", "everyone", "export", "false", "ftp", "health", "help",
        "home", "host", "hostmaster", "import", "info", "internal", "invitation", "invitations", "localhost", "log", "login",
        "logout", "logs", "mail", "master", "member", "members", "metrics", "mysql", "new", "news", "nobody", "none", "noreply",
        "null", "oauth", "openapi", "operator", "org", "organization", "organizations", "orgs", "owner", "postgres",
        "postmaster", "private", "profile", "project", "projects", "public", "register", "root", "scalar", "security",
        "select", "self", "service", "session", "sessions", "settings", "shared", "signin", "signout", "signup", "smtp",
        "static", "status", "support", "system", "task", "tasks", "template", "tenant", "tenantry", "tenants", "test",
        "true", "undefined", "user", "users", "void", "webmaster", "www");
}
