namespace Tenantry.Tests.Reliability;

/// <summary>That the checker finds what it is for.</summary>
internal sealed class HistoryCheckTests
{
    private static readonly Guid First = Guid.CreateVersion7(), Second = Guid.CreateVersion7();
    private static readonly Attempt[] Attempts = [new("a", "one", First), new("b", "two", Second), new("b", "unsure", null)];
    private static readonly Kept[] Rows = [new("a", "one", First), new("b", "two", Second)];

    [Test]
    public void Nothing_is_wrong_where_all_is_as_told_and_the_unsure_one_is_there_or_not()
    {
        Assert.That(HistoryCheck.ListFaults(Attempts, Rows), Is.Empty);
        Assert.That(HistoryCheck.ListFaults(Attempts, [.. Rows, new Kept("b", "unsure", Guid.CreateVersion7())]), Is.Empty);
    }

    [Test]
    public void A_lost_a_doubled_a_strayed_an_exchanged_and_an_invented_row_are_found()
    {
        Assert.That(HistoryCheck.ListFaults(Attempts, Rows[1..]).Single(), Does.StartWith("lost"));
        Assert.That(HistoryCheck.ListFaults(Attempts, [.. Rows, Rows[0] with { Id = Second }]).Single(), Does.StartWith("doubled"));
        Assert.That(HistoryCheck.ListFaults(Attempts, [Rows[0] with { Org = "b" }, Rows[1]]).Single(), Does.StartWith("astray"));
        Assert.That(HistoryCheck.ListFaults(Attempts, [Rows[0] with { Id = Second }, Rows[1]]).Single(), Does.StartWith("another"));
        Assert.That(HistoryCheck.ListFaults(Attempts, [.. Rows, new Kept("a", "three", First)]).Single(), Does.StartWith("invented"));
    }
}
