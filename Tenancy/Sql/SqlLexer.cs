namespace Tenantry.Tenancy.Sql;

/// <summary>
/// Reads SQL piece by piece by PostgreSQL's rules (documentation, "Lexical Structure"; standard_conforming_strings is on).
/// Comments and white space are skipped. Takes any text, never throws and reads no further than it is asked to.
/// </summary>
internal ref struct SqlLexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int at;

    /// <summary>The next piece; false at the end.</summary>
    public bool Read(out SqlToken token)
    {
        token = default;
        if (!SkipBlanks(out var commentStart))
        {
            if (commentStart < 0) return false;
            token = Take(SqlTokenKind.Unterminated, text.Length - commentStart, commentStart);
            return true;
        }

        token = Next();
        at = token.End;
        return true;
    }

    private readonly SqlToken Next()
    {
        var first = text[at];
        if (IsNameStart(first)) return WordOrPrefixed();
        if (first == '\'') return Quoted(SqlTokenKind.String, at, '\'', backslash: false);
        if (first == '"') return Quoted(SqlTokenKind.QuotedName, at, '"', backslash: false);
        if (first == '$') return Dollar();
        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1)))) return Take(SqlTokenKind.Number, NumberLength());
        if (first is '(' or ')' or '[' or ']' or ',' or ';') return Take(SqlTokenKind.Punctuation, 1);
        if (first == ':') return Take(SqlTokenKind.Punctuation, Peek(1) is ':' or '=' ? 2 : 1);
        if (first == '.') return Take(SqlTokenKind.Punctuation, Peek(1) == '.' ? 2 : 1);
        return IsOperator(first) ? Take(SqlTokenKind.Operator, OperatorLength()) : Take(SqlTokenKind.Unknown, 1);
    }

    // E'…' knows the backslash; B, X, N and U& strings and U& names do not.
    private readonly SqlToken WordOrPrefixed()
    {
        var length = NameLength(at);
        if (length == 1 && Peek(1) == '\'' && (text[at] | ' ') is 'e' or 'b' or 'x' or 'n')
            return Quoted(SqlTokenKind.String, at + 1, '\'', backslash: (text[at] | ' ') == 'e');
        if (length == 1 && (text[at] | ' ') == 'u' && Peek(1) == '&' && Peek(2) is '\'' or '"')
            return Quoted(Peek(2) == '"' ? SqlTokenKind.QuotedName : SqlTokenKind.String, at + 2, Peek(2), backslash: false);
        return Take(SqlTokenKind.Word, length);
    }

    private readonly SqlToken Quoted(SqlTokenKind kind, int open, char quote, bool backslash)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (backslash && text[i] == '\\') i++;
            else if (text[i] == quote && i + 1 < text.Length && text[i + 1] == quote) i++;
            else if (text[i] == quote) return new(kind, at, i + 1 - at, open + 1, i - open - 1);
        }

        return Take(SqlTokenKind.Unterminated, text.Length - at);
    }

    // $1, $$…$$ or $tag$…$tag$. A $ inside a word never comes here.
    private readonly SqlToken Dollar()
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            var digits = 1;
            while (char.IsAsciiDigit(Peek(digits))) digits++;
            return Take(SqlTokenKind.Parameter, digits);
        }

        var tag = at + 1;
        if (tag < text.Length && IsNameStart(text[tag]))
            while (tag < text.Length && text[tag] != '$' && IsNamePart(text[tag])) tag++;
        if (tag >= text.Length || text[tag] != '$') return Take(SqlTokenKind.Unknown, 1);

        var mark = text[at..(tag + 1)];
        var body = text[(tag + 1)..].IndexOf(mark, StringComparison.Ordinal);
        return body < 0
            ? Take(SqlTokenKind.Unterminated, text.Length - at)
            : new(SqlTokenKind.DollarString, at, (2 * mark.Length) + body, tag + 1, body);
    }

    private readonly int NumberLength()
    {
        var length = 1;
        while (true)
        {
            var next = Peek(length);
            // 1..10 is a range in PL/pgSQL; 1e-9 is one number.
            if (char.IsAsciiLetterOrDigit(next) || next == '_' || (next == '.' && Peek(length + 1) != '.')) length++;
            else if (next is '+' or '-' && (Peek(length - 1) | ' ') == 'e' && char.IsAsciiDigit(Peek(length + 1))) length++;
            else return length;
        }
    }

    // A comment ends an operator.
    private readonly int OperatorLength()
    {
        var length = 1;
        while (IsOperator(Peek(length)) && !(Peek(length) == '-' && Peek(length + 1) == '-') && !(Peek(length) == '/' && Peek(length + 1) == '*')) length++;
        return length;
    }

    private readonly int NameLength(int start)
    {
        var end = start + 1;
        while (end < text.Length && IsNamePart(text[end])) end++;
        return end - start;
    }

    // False at the end; with the start of a comment that never ends, if that is why.
    private bool SkipBlanks(out int commentStart)
    {
        commentStart = -1;
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
            {
                at++;
            }
            else if (text[at] == '-' && Peek(1) == '-')
            {
                var line = text[at..].IndexOfAny('\n', '\r');
                at = line < 0 ? text.Length : at + line;
            }
            else if (text[at] == '/' && Peek(1) == '*')
            {
                var start = at;
                if (SkipComment()) continue;
                commentStart = start;
                return false;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    // In PostgreSQL comments nest.
    private bool SkipComment()
    {
        var depth = 0;
        while (at < text.Length)
        {
            var (opens, closes) = (text[at] == '/' && Peek(1) == '*', text[at] == '*' && Peek(1) == '/');
            at += opens || closes ? 2 : 1;
            depth += opens ? 1 : closes ? -1 : 0;
            if (closes && depth == 0) return true;
        }

        return false;
    }

    private readonly SqlToken Take(SqlTokenKind kind, int length) => Take(kind, length, at);

    private static SqlToken Take(SqlTokenKind kind, int length, int start) => new(kind, start, length, start, length);

    private readonly char Peek(int ahead) => at + ahead < text.Length ? text[at + ahead] : '\0';

    private static bool IsNameStart(char letter) => char.IsAsciiLetter(letter) || letter == '_' || letter >= '\x80';

    private static bool IsNamePart(char letter) => IsNameStart(letter) || char.IsAsciiDigit(letter) || letter == '$';

    private static bool IsOperator(char letter) => letter is '+' or '-' or '*' or '/' or '<' or '>' or '=' or '~' or '!' or '@' or '#' or '%' or '^' or '&' or '|' or '`' or '?';
}
