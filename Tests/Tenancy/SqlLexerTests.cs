using Tenantry.Tenancy.Sql;

namespace Tenantry.Tests.Tenancy;

internal sealed class SqlLexerTests
{
    [TestCase("select 1", "Word Number")]
    [TestCase("a-- b\nc", "Word Word")]
    [TestCase("a--b", "Word")]
    [TestCase("a/* x /* y */ z */b", "Word Word")]
    [TestCase("a /* never", "Word Unterminated")]
    [TestCase("'it''s' x", "String Word")]
    [TestCase("'a\\' x", "String Word")]
    [TestCase("E'a\\' x' y", "String Word")]
    [TestCase("e'a\\\\' y", "String Word")]
    [TestCase("B'1' X'f' N'x' U&'\\0041'", "String String String String")]
    [TestCase("\"a\"\"b\" U&\"x\"", "QuotedName QuotedName")]
    [TestCase("'never", "Unterminated")]
    [TestCase("\"never", "Unterminated")]
    [TestCase("$$a;b$$ c", "DollarString Word")]
    [TestCase("$x$ $$ $y$ $x$ c", "DollarString Word")]
    [TestCase("$x$ never $X$", "Unterminated")]
    [TestCase("a$b$c$b$", "Word")]
    [TestCase("$1 $12", "Parameter Parameter")]
    [TestCase("1..10", "Number Punctuation Number")]
    [TestCase("1e-9 .5 0x1F 1_000", "Number Number Number Number")]
    [TestCase("a::b", "Word Punctuation Word")]
    [TestCase("a.b;", "Word Punctuation Word Punctuation")]
    [TestCase("a||b->>'c'", "Word Operator Word Operator String")]
    [TestCase("a*/*c*/b", "Word Operator Word")]
    [TestCase("a+--c\nb", "Word Operator Word")]
    [TestCase("größe", "Word")]
    [TestCase("a\u00A0b", "Word")]
    [TestCase("\\", "Unknown")]
    [TestCase("$", "Unknown")]
    [TestCase("", "")]
    public void A_text_is_read_as_PostgreSQL_reads_it(string sql, string kinds) =>
        Assert.That(string.Join(' ', Read(sql).Select(token => token.Kind)), Is.EqualTo(kinds));

    [TestCase("$tag$body$tag$", "body")]
    [TestCase("E'a\\'b'", "a\\'b")]
    [TestCase("\"odd\"\"name\"", "odd\"\"name")]
    public void The_content_is_what_stands_between_the_quotes(string sql, string content)
    {
        var token = Read(sql).Single();
        Assert.That(sql.Substring(token.ContentStart, token.ContentLength), Is.EqualTo(content));
    }

    [Test]
    public void Any_text_is_read_to_its_end_and_nothing_twice()
    {
        const string alphabet = "aE'\"$;-/*\\ \n.:(1uU&é\0";
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var sql = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            var end = 0;
            foreach (var token in Read(sql))
            {
                Assert.That(token.Length, Is.GreaterThan(0), sql);
                Assert.That(token.Start, Is.GreaterThanOrEqualTo(end), sql);
                Assert.That(token.ContentStart, Is.InRange(token.Start, token.End), sql);
                Assert.That(token.ContentStart + token.ContentLength, Is.LessThanOrEqualTo(token.End), sql);
                end = token.End;
            }

            Assert.That(end, Is.LessThanOrEqualTo(sql.Length));
        }
    }

    private static List<SqlToken> Read(string sql)
    {
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(sql);
        while (lexer.Read(out var token)) tokens.Add(token);
        return tokens;
    }
}
