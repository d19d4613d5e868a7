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
using Tenantry.Service.Live;
using Tenantry.Service.Log;
using Tenantry.Service.Mail;
using Tenantry.Service.Members;
using Tenantry.Service.Orgs;
using Tenantry.Service.Projects;
using Tenantry.Service.Provisioning;
using Tenantry.Service.Tasks;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tenancy;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1024 * 1024);

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
    ControlPoolSize = builder.Configuration.GetValue("Tenancy:ControlPoolSize", 10),
    TenantPoolSize = builder.Configuration.GetValue("Tenancy:TenantPoolSize", 4),
    TenantPools = builder.Configuration.GetValue("Tenancy:TenantPools", 50),
    OldestVersion = served.Oldest,
    NewestVersion = served.Newest,
});
builder.Services.AddProvisioning(database.Provisioner, builder.Configuration);
builder.Services.AddTenants(selection).AddControl();
builder.Services.AddHttpContextAccessor().AddScoped<RequestOrigin>();

// Features.
builder.Services.AddAccounts(builder.Configuration, builder.Environment);
builder.Services.AddMail(builder.Configuration, builder.Environment);
builder.Services.AddOrgs().AddMembers().AddInvitations(builder.Configuration, builder.Environment);
builder.Services.AddProjects().AddTasks().AddLive();

// What every answer has in common.
builder.Services.AddErrorAnswers();
builder.Services.AddValidation();
builder.Services.AddHealth();
builder.Services.AddEvidence(database, builder.Configuration);
builder.Services.AddApiDocs();

var app = builder.Build();
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
await app.RunAsync();
return 0;
