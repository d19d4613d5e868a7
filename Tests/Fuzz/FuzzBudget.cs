namespace Tenantry.Tests.Fuzz;

/// <summary>How much is tried: little in each run of the tests, much by the target Fuzz.</summary>
internal static class FuzzBudget
{
    /// <summary>Requests for each operation of the API.</summary>
    public static int Requests { get; } = Read("TENANTRY_FUZZ_REQUESTS", 8);

    /// <summary>Texts for each property of a parser.</summary>
    public static int Texts { get; } = Read("TENANTRY_FUZZ_TEXTS", 5_000);

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, null) : otherwise;
}
