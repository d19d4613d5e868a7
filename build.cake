// The menu: `dotnet tool restore`, then `dotnet dotnet-cake --target=<name>`. `--showdescription` lists the targets.
using System.Xml.Linq;

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Debug");
var results = MakeAbsolute(Directory("./artifacts/results"));

Task("Format")
    .Description("Formats the code; with --check=true only says what is not formatted.")
    .Does(() => Dotnet("format Tenantry.slnx --no-restore" + (HasArgument("check") ? " --verify-no-changes" : "")));

Task("Build")
    .Description("Builds all projects; warnings are errors.")
    .Does(() => Dotnet($"build Tenantry.slnx --configuration {configuration}"));

Task("Test")
    .Description("Runs all tests on a real PostgreSQL; the last line is 'N passed, N failed'.")
    .Does(() => Environment.Exit(Test("") ? 0 : 1)); // Without Cake's own summary, so that the sum stays last.

Task("TestVersions")
    .Description("Runs all tests twice where both are at hand: on the machine's PostgreSQL (15 at the oldest) and on the one that is fetched (18).")
    .Does(() =>
    {
        var atHand = new Dictionary<string, bool>
        {
            ["system"] = Context.Tools.Resolve("pg_ctl") is not null || GetFiles("/usr/lib/postgresql/*/bin/pg_ctl").Count > 0,
            ["download"] = Context.Tools.Resolve(IsRunningOnWindows() ? "npm.cmd" : "npm") is not null,
        };
        foreach (var missing in atHand.Where(choice => !choice.Value)) Warning($"Not at hand, and so not tried: TENANTRY_POSTGRES={missing.Key}");
        var failed = atHand.Where(choice => choice.Value).Where(choice =>
        {
            Information($"TENANTRY_POSTGRES={choice.Key}");
            return !Test("", new Dictionary<string, string> { ["TENANTRY_POSTGRES"] = choice.Key, ["TEST_POSTGRES"] = "" });
        }).Select(choice => choice.Key).ToList();
        if (failed.Count > 0 || atHand.Values.All(present => !present)) throw new CakeException($"Tests failed, or none could run: {string.Join(", ", failed)}");
    });

Task("Coverage")
    .Description("Runs all tests and says how much of the code they reach; the report is Cobertura in artifacts/results.")
    .Does(() =>
    {
        var passed = Test("--coverage --coverage-output-format cobertura --coverage-output coverage.xml");
        var coverage = XDocument.Load(results.CombineWithFilePath("coverage.xml").FullPath).Root;
        Information($"Line coverage: {double.Parse(coverage.Attribute("line-rate").Value, System.Globalization.CultureInfo.InvariantCulture):P1}");
        if (!passed) throw new CakeException("Tests failed.");
    });

Task("Hunt")
    .Description("The tests that take their time: a fleet of 1,000 tenants migrated under load, one of 200 examined.")
    .Does(() =>
    {
        var large = new Dictionary<string, string> { ["TENANTRY_TEST_TENANTS"] = "1000", ["TENANTRY_TEST_FLEET"] = "200" };
        if (!Test("--filter \"FullyQualifiedName~FleetUnderLoad|FullyQualifiedName~CleanFleet\"", large)) throw new CakeException("Tests failed.");
    });

Task("Fuzz")
    .Description("Many requests of all kinds to each operation of the API, many texts to each parser; --requests=500 and --texts=1000000 say how many.")
    .Does(() =>
    {
        var much = new Dictionary<string, string> { ["TENANTRY_FUZZ_REQUESTS"] = Argument("requests", "200"), ["TENANTRY_FUZZ_TEXTS"] = Argument("texts", "200000") };
        if (!Test("--filter \"FullyQualifiedName~Tests.Fuzz\"", much)) throw new CakeException("Tests failed.");
    });

Task("Reliability")
    .Description("Faults under load, each again and again: servers, services, connections and disks; --rounds=20 says how often.")
    .Does(() =>
    {
        var often = new Dictionary<string, string> { ["TENANTRY_RELIABILITY_ROUNDS"] = Argument("rounds", "10") };
        if (!Test("--filter \"FullyQualifiedName~Tests.Reliability\"", often)) throw new CakeException("Tests failed.");
    });

Task("Soak")
    .Description("Everything at once for a while, on a large fleet; --tenants=2000 and --minutes=15 say how large and how long.")
    .Does(() =>
    {
        var size = new Dictionary<string, string> { ["TENANTRY_SOAK_TENANTS"] = Argument("tenants", "2000"), ["TENANTRY_SOAK_MINUTES"] = Argument("minutes", "15") };
        if (!Test("--filter \"FullyQualifiedName~Tests.Soak\"", size)) throw new CakeException("Tests failed.");
    });

Task("Bench")
    .Description("Measures, side by side with the alternatives; --suite=provisioning chooses one. Writes tables and plots to docs/benchmarks.")
    .Does(() => Dotnet($"run --configuration Release --project Tests/Bench -- {Argument("suite", "")}"));

Task("Run")
    .Description("Serves the API. `dotnet run --project Service` does the same and forwards Ctrl-C better.")
    .Does(() => Dotnet("run --project Service"));

Task("Default")
    .Description("Build and Test.")
    .IsDependentOn("Build")
    .IsDependentOn("Test");

RunTarget(target);

void Dotnet(string arguments)
{
    var exitCode = StartProcess("dotnet", arguments);
    if (exitCode != 0) throw new CakeException($"dotnet {arguments} ended with {exitCode}.");
}

bool Test(string options, IDictionary<string, string> environment = null)
{
    CleanDirectory(results);
    var exitCode = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = $"test --configuration {configuration} --report-trx --results-directory \"{results}\" {options}",
        EnvironmentVariables = environment ?? new Dictionary<string, string>(),
    });
    var counters = GetFiles($"{results}/*.trx")
        .Select(file => XDocument.Load(file.FullPath).Descendants().First(element => element.Name.LocalName == "Counters"))
        .ToList();
    int Sum(string name) => counters.Sum(counter => (int)counter.Attribute(name));
    var (passed, executed, skipped) = (Sum("passed"), Sum("executed"), Sum("total") - Sum("executed"));
    if (skipped > 0) Console.WriteLine($"{skipped} skipped");
    Console.WriteLine($"{passed} passed, {executed - passed} failed");
    return exitCode == 0 && executed > 0;
}
