using System.Text;

namespace Tenantry.Service.Mail;

/// <summary>Shows the mail that Development drops into a folder. Nowhere else does this page exist.</summary>
internal static class DevMailEndpoints
{
    // No script at all, nothing from elsewhere. A mail's frame inherits this and is sandboxed besides.
    private const string OnlyStyles = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapDevMail(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;
        var mail = app.MapGroup("/dev/mail").ExcludeFromDescription().AddEndpointFilter((context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy = OnlyStyles;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        mail.MapGet("/", (DroppedMail dropped, CancellationToken cancellationToken) => ShowAsync(dropped, null, cancellationToken));
        mail.MapGet("/{id:guid}", (Guid id, DroppedMail dropped, CancellationToken cancellationToken) => ShowAsync(dropped, id, cancellationToken));
        mail.MapGet("/{id:guid}.eml", (Guid id, DroppedMail dropped) =>
            dropped.FindPath(id) is { } path ? Results.File(path, "message/rfc822", $"{id}.eml") : Results.NotFound());
    }

    private static async Task<IResult> ShowAsync(DroppedMail dropped, Guid? chosen, CancellationToken cancellationToken)
    {
        var list = new List<DevMailEntry>();
        foreach (var id in dropped.ListIds())
            if (await dropped.FindAsync(id, cancellationToken) is { } message) list.Add(new DevMailEntry(id, message));
        var shown = chosen is null ? list.FirstOrDefault() : list.Find(entry => entry.Id == chosen);
        if (chosen is not null && shown is null) return Results.NotFound();
        return Results.Content(DevMailPage.Write(list, shown, dropped.Folder), "text/html", Encoding.UTF8);
    }
}
