using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Scripting;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Sql;

namespace Tenantry.Tests.Fuzz;

/// <summary>What reads slugs, hosts and SQL, with any text. <c>TENANTRY_FUZZ_TEXTS</c> says with how many.</summary>
internal sealed partial class ParserFuzzTests
{
    private static readonly Gen<string> Slugs = Gen.OneOf<string>(
        Texts.Any, Gen.OneOf("a", "Z", "7", "-", "xn-", "pg-", "\u212a", "ı", "é", "\0", "\n", " ", "_", ".").Array[0, 42].Select(string.Concat));

    private static readonly Gen<string> Hosts = Gen.OneOf(
        "acme", "ACME", ".", "..", "example.com", ".example.com", ".EXAMPLE.com", "example", ".com", ":", ":80", "[", "]", "::1", "127.0.0.1", "xn--", "www", "é", "\0", " ", "@", "/", "%2e", "a.b", "\ud800", "١")
        .Array[0, 6].Select(string.Concat);

    // Whole words and pieces of quotes, so that most texts are nearly SQL.
    private static readonly Gen<string> Sql = Gen.OneOf(
        "select 1", "select", "1", " ", "\n", ";", ";;", "'a;b'", "'", "''", "\"a;b\"", "\"", "$$", "$x$", "$x$;$x$", "$", "$1", "--", "-- ;\n", "/*", "*/", "/* ; */", "/* /* ; */ */",
        "E'\\';'", "e'", "\\", "U&'\\0041;'", "u&\"", "B'1'", "begin atomic", "BEGIN", "atomic", "end", "case when true then 1 end", "case", "values (1)", "(", ")", ",", "as x", "table t",
        "create function f() returns int begin atomic select 1; select 2; end", "a", "é", "\u00a0", "\0", "\ud800", ".", "..", "::", ":=", "||", "<", "@-", "1e", "0x1F", "public.", "set role x", "commit", "grant", "drop table t")
        .Array[0, 14].Select(pieces => string.Join(" ", pieces).Replace("  ", "", StringComparison.Ordinal));

    private static readonly Gen<string> Blank = Gen.OneOf(" ", "\n", "/* ; */", "/* /* */ ; */", "-- ; '\n", "/* ' */");

    // What PostgreSQL can read, with a semicolon wherever one may stand that ends nothing.
    private static readonly Gen<string> Statement = Gen.Select(
        Gen.OneOf("1", "'a;b'", "'\\'", "E'\\';'", "e'\\\\'", "'a'';'", "$$;$$", "$x$ ; $$ ; $x$", "U&'\\0041;'", "B'1'", "1 as \"a;\"\"b\"", "1 as x$y", "case when true then 1 end", "2 */* ; */ 3", "4 -- ;\n - 1"), Blank)
        .Array[1, 4].Select(values => $"select {string.Join(", ", values.Select(value => value.Item2 + value.Item1 + value.Item2))}");

    private static readonly Gen<string> Statements = Gen.Select(Statement, Blank, Gen.OneOf(";", ";;", "; ;"))
        .Array[1, 3].Select(parts => string.Concat(parts.Select(part => part.Item2 + part.Item1 + part.Item3)));

    [Test, CancelAfter(600_000)]
    public void A_slug_is_taken_or_refused_with_a_reason_and_is_read_back_as_it_was() => Slugs.Sample(
        text =>
        {
            var taken = Slug.TryCreate(text, out var slug);
            Assert.That(taken, Is.EqualTo(Slug.FindFault(text) is null));
            if (taken) Assert.That((slug.Value, Slug.Parse(text.ToUpperInvariant()), Form().IsMatch(text)), Is.EqualTo((text, slug, true)));
            if (Slug.TryParse(text, out var read)) Assert.That(Form().IsMatch(read.Value) && read.Value.Equals(text, StringComparison.OrdinalIgnoreCase));
        },
        iter: FuzzBudget.Texts);

    [Test, CancelAfter(600_000)]
    public async Task A_host_names_one_label_under_the_root_or_nothing()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Tenancy:RootDomain", "example.com")]).Build();
        var selector = new SubdomainSelector(SelectionOptions.Read(configuration, []));
        await Hosts.SampleAsync(
            async host =>
            {
                var http = new DefaultHttpContext();
                http.Request.Headers.Host = host;
                foreach (var answer in await selector.ListAsync(http))
                    Assert.That(host, Does.Match($"^{Regex.Escape(answer.Slug!)}[.]example[.]com[.]?(:.*)?$").IgnoreCase.And.Matches("^[^.]+[.]"));
            },
            iter: FuzzBudget.Texts);
    }

    [Test, CancelAfter(600_000)]
    public void Sql_is_read_to_its_end_and_nothing_between_the_pieces_is_one() => Gen.OneOf<string>(Sql, Texts.Any).Sample(
        text =>
        {
            var end = 0;
            foreach (var token in Read(text))
            {
                Assert.That(token.Start >= end && token.Length > 0 && token.End <= text.Length && token.ContentStart >= token.Start && token.ContentStart + token.ContentLength <= token.End);
                Assert.That(Read(text[end..token.Start]), Is.Empty);
                end = token.End;
            }

            Assert.That(Read(text[end..]), Is.Empty);
        },
        iter: FuzzBudget.Texts);

    [Test, CancelAfter(600_000)]
    public void Split_keeps_every_piece_but_semicolons_and_a_statement_is_one_when_split_again() => Sql.Sample(
        text =>
        {
            var statements = SqlStatement.Split(text);
            var kept = statements.SelectMany(statement => statement.Tokens).ToHashSet();
            Assert.That(Read(text).Where(token => !kept.Contains(token)).Select(token => text.Substring(token.Start, token.Length)), Is.All.EqualTo(";"));
            foreach (var statement in statements) Assert.That(SqlStatement.Split(statement.Text).Select(again => again.Text), Is.EqualTo(new[] { statement.Text }));
        },
        iter: FuzzBudget.Texts);

    [Test, CancelAfter(600_000)]
    public void Lint_finds_places_that_are_in_the_text_and_never_fails() => Gen.OneOf<string>(Sql, Texts.Any).Sample(
        text =>
        {
            var lines = text.Split('\n');
            foreach (var finding in ScriptLint.Lint("x.sql", text))
                Assert.That(finding.Line >= 1 && finding.Line <= lines.Length && finding.Column >= 1 && finding.Column <= lines[finding.Line - 1].Length + 1, $"{finding}");
        },
        iter: FuzzBudget.Texts / 2);

    [Test, CancelAfter(600_000)]
    public async Task PostgreSQL_takes_nothing_for_one_statement_that_Split_does_not()
    {
        await using var connection = new NpgsqlConnection(TestRun.Postgres.Connection);
        await connection.OpenAsync();
        // What is no text to a server cannot be sent.
        await Gen.OneOf<string>(Sql, Statements, Statements).Where(text => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal) && !text.Contains('\ud800', StringComparison.Ordinal)).SampleAsync(
            async text =>
            {
                // With a parameter by position Npgsql sends the text as it is, and preparing runs nothing.
                await using var command = new NpgsqlCommand(text, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } };
                var statements = SqlStatement.Split(text).Count;
                try
                {
                    await command.PrepareAsync();
                    Assert.That(statements, Is.LessThanOrEqualTo(1), "PostgreSQL takes it for one");
                    await command.UnprepareAsync();
                }
                catch (PostgresException refused)
                {
                    var several = refused.SqlState == PostgresErrorCodes.SyntaxError && refused.Routine is "exec_parse_message";
                    // A function's body without its end is kept whole; so is what follows it.
                    if (several && !text.Contains("atomic", StringComparison.OrdinalIgnoreCase)) Assert.That(statements, Is.GreaterThan(1), "PostgreSQL takes it for several");
                }
            },
            iter: FuzzBudget.Texts / 5, threads: 1);
    }

    private static List<SqlToken> Read(string text)
    {
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(text);
        while (lexer.Read(out var token)) tokens.Add(token);
        return tokens;
    }

    [GeneratedRegex(@"\A(?=.{3,40}\z)[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
