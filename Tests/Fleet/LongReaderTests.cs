using Dapper;
using Npgsql;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Tests.Fleet;

/// <summary>A reader who takes long, a migration that wants the same table, and readers who come later.</summary>
internal sealed class LongReaderTests : FleetFixture
{
    private const string WaitingSince =
        "select xact_start from pg_stat_activity where datname = current_database() and usename like '%\\_owner' and wait_event_type = 'Lock' and query like 'alter table%'";

    [Test, CancelAfter(60_000)]
    public async Task Later_readers_are_not_stuck_behind_the_migration_which_is_done_when_the_long_one_ends(CancellationToken cancellationToken)
    {
        var schema = (await AddOrgsAsync(2))[0];
        await using var longReader = await Database.OpenAdminAsync(cancellationToken);
        await using var reading = await longReader.BeginTransactionAsync(cancellationToken);
        await longReader.ExecuteAsync($"select count(*) from {schema}.projects");

        var migrating = MigrateAsync(With(("alter table projects add extra text;", null)), new FleetOptions { Attempts = 50 }, cancellationToken: cancellationToken);
        await using var observer = await Database.OpenAdminAsync(cancellationToken);
        await using var reader = await Database.OpenAdminAsync(cancellationToken);
        var attempts = new HashSet<DateTime>();
        while (attempts.Count < 3)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await observer.ExecuteScalarAsync<DateTime?>(WaitingSince) is not { } since || !attempts.Add(since)) continue;
            // It waits now. Without its limit, this read would wait for the long reader's end.
            await using var read = new NpgsqlCommand($"select count(*) from {schema}.projects", reader) { CommandTimeout = 5 };
            Assert.That(await read.ExecuteScalarAsync(cancellationToken), Is.Zero);
        }

        Assert.That(migrating.IsCompleted, Is.False);
        await reading.RollbackAsync(cancellationToken);
        var report = await migrating;
        Assert.That((report.Migrated.Count, report.Failed.Count), Is.EqualTo((2, 0)));
        Assert.That(report.Migrated.Single(done => done.Slug == "org-1").Attempts, Is.GreaterThan(2));
        Assert.That(report.Migrated.Single(done => done.Slug == "org-2").Attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task A_lock_that_never_comes_free_is_a_failure_of_that_tenant_with_its_code()
    {
        var schema = (await AddOrgsAsync(2))[0];
        await using var longReader = await Database.OpenAdminAsync(CancellationToken.None);
        await using var reading = await longReader.BeginTransactionAsync();
        await longReader.ExecuteAsync($"select count(*) from {schema}.projects");
        var report = await MigrateAsync(With(("alter table projects add extra text;", null)), new FleetOptions { Attempts = 2, LockTimeout = TimeSpan.FromMilliseconds(20) })
            .WaitAsync(TimeSpan.FromSeconds(30));
        var failed = report.Failed.Single();
        Assert.That((failed.Slug, failed.SqlState, failed.Attempts, report.Migrated.Count), Is.EqualTo(("org-1", PostgresErrorCodes.LockNotAvailable, 2, 1)));
    }
}
