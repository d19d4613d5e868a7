using Tenantry.Service.Accounts;
using Tenantry.Service.ApiDocs;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Evidence;
using Tenantry.Service.Health;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Invitations;
using Tenantry.Service.Limits;
using Tenantry.Service.Live;
using Tenantry.Service.Log;
using Tenantry.Service.Mail;
using Tenantry.Service.Members;
using Tenantry.Service.Orgs;
using Tenantry.Service.Projects;
using Tenantry.Service.Provisioning;
using Tenantry.Service.Tasks;
using Tenantry.Service.Telemetry;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tenancy;

try
{
    var builder = WebApplication.CreateBuilder(args);

    // Where a request may name its org. Whatever is wrong is told at once.
    var faults = new List<string>();
    var selection = SelectionOptions.Read(builder.Configuration, faults);
    if (faults.Count > 0) return Misconfiguration.Tell(faults);

    // The database: given or embedded, bootstrapped and migrated.
    var (database, exitCode) = await DatabaseStartup.OpenAsync(builder.Configuration);
    if (database is null) return exitCode;
    await using var opened = database;

    // The tenant boundary.
    var served = ServedVersions.Read(builder.Configuration, database.TenantScripts.Newest);
    builder.Services.AddTenancy(new TenancyOptions
    {
        DataConnection = database.Logins.Data,
        ControlConnection = database.Logins.Control,
        DataLogins = database.DataLogins,
        DataPoolSize = builder.Configuration.GetValue("Tenancy:DataPoolSize", 20),
        DataPoolCore = builder.Configuration.GetValue<int?>("Tenancy:DataPoolCore"),
        ControlPoolSize = builder.Configuration.GetValue("Tenancy:ControlPoolSize", 10),
        // Only what the operator says otherwise: most poolers cannot follow a prepared statement.
        MaxAutoPrepare = builder.Configuration.GetValue<int?>("Tenancy:MaxAutoPrepare") ?? (await database.IsPooledAsync(CancellationToken.None) ? 0 : 500),
        // The self-test lets no service start on logins that all share where the server would let a tenant leave something on a session.
        ResetSessions = builder.Configuration.GetValue("Tenancy:ResetSessions", database.DataLogins == DataLogins.PerTenant),
        TenantPoolSize = builder.Configuration.GetValue("Tenancy:TenantPoolSize", 4),
        TenantPools = builder.Configuration.GetValue("Tenancy:TenantPools", 50),
        ConnectionLifetime = builder.Configuration.GetValue("Tenancy:ConnectionLifetime", TimeSpan.FromMinutes(10)),
        OpenTimeout = builder.Configuration.GetValue("Tenancy:OpenTimeout", TimeSpan.FromSeconds(10)),
        BreakAfter = builder.Configuration.GetValue("Tenancy:BreakAfter", 5),
        BreakFor = builder.Configuration.GetValue("Tenancy:BreakFor", TimeSpan.FromSeconds(2)),
        OldestVersion = served.Oldest,
        NewestVersion = served.Newest,
    });
    builder.Services.AddProvisioning(database.Provisioner, builder.Configuration);
    builder.Services.AddTenants(selection).AddLimits(builder.Configuration).AddControl();

    // Features.
    builder.Services.AddAccounts(builder.Configuration, builder.Environment);
    builder.Services.AddMail(builder.Configuration, builder.Environment);
    builder.Services.AddOrgs().AddMembers().AddInvitations(builder.Configuration, builder.Environment);
    builder.Services.AddProjects().AddTasks().AddLive();

    // How it is run and watched.
    builder.Services.AddHosting(builder.Configuration, builder.Environment);
    builder.Services.AddTelemetry(builder.Configuration);
    builder.Services.AddHealth();
    builder.Services.AddEvidence(database, builder.Configuration);

    // What every answer has in common.
    builder.Services.AddErrorAnswers();
    builder.Services.AddValidation();
    builder.Services.AddApiDocs();

    var app = builder.Build();
    app.UseMiddleware<OrgLogMiddleware>();
    app.UseTrustedProxies();
    app.UseErrorAnswers();
    app.Use(JsonCharset.RequireAsync);
    app.UseRateLimiter();
    app.UseAuthentication();
    app.UseAuthorization();
    app.UseMiddleware<TenantMiddleware>();
    app.Use(IdempotentRequest.KeepBodyAsync);

    app.MapHealth();
    app.MapApiDocs();
    app.MapDevMail();
    var api = app.MapGroup("/api");
    api.MapAccounts();
    api.MapSessionOrg();
    api.MapOrgs();
    api.MapMembers();
    api.MapInvitations();
    api.MapLog();
    api.MapTenant(tenant =>
    {
        tenant.MapProjects();
        tenant.MapTasks();
        tenant.MapEvents();
    });
    api.MapLive();

    app.Logger.ServingFrom(database.Description);
    return await app.RunUntilToldAsync();
}
catch (Exception error) when (Misconfiguration.Find(error) is { } faults)
{
    return Misconfiguration.Tell(faults);
}
