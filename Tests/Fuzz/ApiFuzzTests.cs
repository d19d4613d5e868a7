using CsCheck;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fuzz;

/// <summary>
/// Every operation of the API's document, with whatever may come. A failure names the request and the seed that makes it again
/// (<c>CsCheck_Seed</c>); <c>TENANTRY_FUZZ_REQUESTS</c> says how many requests each operation gets.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance), Parallelizable(ParallelScope.Self)]
internal sealed class ApiFuzzTests
{
    private FuzzWorld world = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => world = await FuzzWorld.StartAsync();

    [OneTimeTearDown]
    public async Task CleanAsync() => await world.DisposeAsync();

    [Test, CancelAfter(7_200_000)]
    public async Task Whatever_is_sent_the_answer_is_a_known_one_and_tells_nothing_of_others(CancellationToken cancellationToken)
    {
        foreach (var operation in world.Operations)
            await FuzzedRequest.Of(operation).SampleAsync(
                async request =>
                {
                    var answer = await world.SendAsync(request, cancellationToken);
                    if (FuzzVerdict.FindFault(request, answer) is { } fault) throw new AssertionException($"{operation}: {fault}.\n{request}\n{answer.Status} {answer.ContentType} {answer.Text}");
                },
                iter: FuzzBudget.Requests, threads: 1, print: request => request.ToString());

        await TestContext.Out.WriteLineAsync($"{world.Operations.Count} operations; answers: {string.Join(", ", world.Answered.Select(answer => $"{answer.Value} of {answer.Key}"))}");
        var sent = world.Answered.Values.Sum();
        Assert.That(world.Answered.GetValueOrDefault(429), Is.LessThanOrEqualTo(sent / 50), "limits hide what is behind them");
        Assert.That(world.Answered.Where(answer => answer.Key < 300).Sum(answer => answer.Value), Is.GreaterThan(sent / 30), "enough of it is valid");
    }

    [Test, CancelAfter(120_000)]
    public async Task Another_orgs_ids_in_ones_own_org_are_those_of_nothing(CancellationToken cancellationToken)
    {
        var tried = 0;
        foreach (var operation in world.Operations.Where(operation => operation.Parameters.Any(parameter => (string?)parameter.Schema["format"] == "uuid" && parameter.Place == "path")))
            for (var id = 0; id < world.Victim.Ids.Count; id++, tried++)
            {
                var target = operation.Parameters.Where(parameter => parameter.Place == "path").Aggregate(operation.Path, (path, parameter) =>
                    path.Replace($"{{{parameter.Name}}}", parameter.Name == FuzzedOperation.OrgInPath ? Names.OwnOrg : $"{Names.VictimPrefix}{id}»", StringComparison.Ordinal));
                (string, string)[] headers = operation.Parameters.Any(parameter => parameter.Name == FuzzedOperation.OrgInHeader) ? [(FuzzedOperation.OrgInHeader, Names.OwnOrg)] : [];
                var body = operation.Body is null ? null : new FuzzedBody("""{"name":"x","title":"x","role":"member"}""", "application/json", System.Text.Encoding.UTF8);
                var request = new FuzzedRequest(operation, operation.Method, FuzzCaller.Admin, target, headers, body);
                var answer = await world.SendAsync(request, cancellationToken);
                Assert.That(FuzzVerdict.FindFault(request, answer), Is.Null, $"{request}\n{answer.Text}");
                Assert.That(answer.Status, Is.EqualTo(404), $"{request}\n{answer.Text}");
            }

        Assert.That(tried, Is.GreaterThan(20 * 5));
    }

    [Test]
    public async Task Whoever_may_read_it_reads_the_marker_in_every_list()
    {
        foreach (var path in (string[])["", "/members", "/invitations", "/log", "/projects"])
            Assert.That((await world.Victim.Admin.GetAsync($"/api/orgs/victim{path}")).Body, Does.Contain(FuzzVerdict.Marker), path);
    }
}
