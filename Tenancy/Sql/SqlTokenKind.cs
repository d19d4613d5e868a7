namespace Tenantry.Tenancy.Sql;

/// <summary>What a piece of SQL text is.</summary>
internal enum SqlTokenKind
{
    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in double quotes.</summary>
    QuotedName,

    /// <summary>A string in single quotes, with or without a prefix such as E.</summary>
    String,

    /// <summary>A string between dollar quotes.</summary>
    DollarString,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A parameter such as $1.</summary>
    Parameter,

    /// <summary>An operator such as ||.</summary>
    Operator,

    /// <summary>One of ( ) [ ] , ; . : or the pairs :: := ..</summary>
    Punctuation,

    /// <summary>A string, name or comment that never ends; it takes the rest of the text.</summary>
    Unterminated,

    /// <summary>A character that has no place in SQL.</summary>
    Unknown,
}
