// A host with users and orgs of its own: Tenancy and Migrations, and none of the people features. See docs/own-users.md.
using Dapper;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

var builder = WebApplication.CreateBuilder(args);
var scripts = Path.Combine(AppContext.BaseDirectory, "Scripts");
var options = DatabaseConfiguration.Read(builder.Configuration);
options.AutoMigrate = true;
options.TenantScripts = ScriptSet.FromFolder(Path.Combine(scripts, "Tenant"));
options.HostScripts = ScriptSet.FromFolder(Path.Combine(scripts, "Host"));
var progress = new Progress<string>();
await using var database = await TenantryDatabase.OpenAsync(options, progress, CancellationToken.None);
await database.RequireIsolationAsync(options.TenantScripts.Newest, options.TenantScripts.Newest, progress, CancellationToken.None);
builder.Services.AddTenancy(new TenancyOptions
{
    DataConnection = database.Logins.Data,
    ControlConnection = database.Logins.Control,
    DataLogins = database.DataLogins,
    OldestVersion = options.TenantScripts.Newest,
    NewestVersion = options.TenantScripts.Newest,
});

var app = builder.Build();

app.MapPost("/customers", async (NewCustomer customer, CancellationToken cancellationToken) =>
{
    var key = Guid.CreateVersion7();
    await database.Provisioner.CreateTenantAsync(async (transaction, id) =>
    {
        await transaction.Connection!.ExecuteAsync("insert into app.customers (id, slug, name) values (@id, @Slug, @Name)", new { id, customer.Slug, customer.Name });
        await transaction.Connection!.ExecuteAsync("insert into app.keys (id, customer_id, is_admin) values (@key, @id, true)", new { key, id });
        return true;
    }, cancellationToken);
    return Results.Ok(new { key });
});

app.MapGet("/{customer}/notes", (string customer, Guid key, TenantDatabase tenants, CancellationToken cancellationToken) => AnswerAsync(async () =>
{
    await using var tenant = tenants.CreateConnection(new TenantScope(key, Slug.Parse(customer)));
    return Results.Ok(await tenant.QueryAsync<string>(new CommandDefinition("select text from notes order by id", cancellationToken: cancellationToken)));
}));

app.MapPost("/{customer}/notes", (string customer, Guid key, Note note, TenantDatabase tenants, CancellationToken cancellationToken) => AnswerAsync(async () =>
{
    await using var tenant = tenants.CreateConnection(new TenantScope(key, Slug.Parse(customer)));
    await tenant.OpenAsync(cancellationToken);
    await using var transaction = await tenant.BeginTransactionAsync(cancellationToken);
    await tenant.ExecuteAsync("insert into notes (id, text) values (@id, @Text)", new { id = Guid.CreateVersion7(), note.Text });
    await transaction.CommitAsync(cancellationToken);
    return Results.NoContent();
}));

// Schemas made before the customers who take them.
var filling = new SpareFiller(database.Provisioner.Spares, 2, TimeSpan.FromMinutes(1), TimeProvider.System, new Progress<SpareReport>())
    .RunAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();
await filling;

static async Task<IResult> AnswerAsync(Func<Task<IResult>> run)
{
    try { return await run(); }
    catch (TenantRefusedException refused) { return Results.Json(new { reason = refused.Reason.ToString() }, statusCode: refused.Reason == TenantRefusal.SessionEnded ? 401 : 404); }
}

internal sealed record NewCustomer(string Slug, string Name);

internal sealed record Note(string Text);
