using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Service.Mail;

internal static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure(options => Complete(options, environment));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MailOptions>, MailOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddDataProtection();
        services.TryAddSingleton<MailProtection>();
        services.TryAddSingleton<Outbox>();
        services.TryAddSingleton<MailComposer>();
        services.TryAddSingleton<MailDelivery>();
        services.TryAddSingleton<DroppedMail>();
        services.TryAddSingleton<SmtpPipelines>();
        services.TryAddSingleton(Transport);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MailSender>());
        // On time or not, the answer is at most "degraded".
        if (services.All(service => service.ServiceType != typeof(OutboxHealthCheck)))
            services.AddSingleton<OutboxHealthCheck>().AddHealthChecks()
                .AddCheck<OutboxHealthCheck>("mail", HealthStatus.Degraded, ["ready"], TimeSpan.FromSeconds(3));
        return services;
    }

    private static void Complete(MailOptions options, IHostEnvironment environment)
    {
        // An empty variable of the environment means: not set.
        options.Smtp.Host = Given(options.Smtp.Host);
        options.Smtp.User = Given(options.Smtp.User);
        options.Smtp.Password = Given(options.Smtp.Password);
        options.Folder = Given(options.Folder);
        options.From = Given(options.From);
        if (!environment.IsDevelopment()) return;
        options.From ??= "Tenantry <no-reply@localhost>";
        if (options.Smtp.Host is null) options.Folder ??= Path.Combine(DataDirectory.Resolve(null), "mail");
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static IMailTransport Transport(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<MailOptions>>().Value;
        if (options.Smtp.Host is not null) return ActivatorUtilities.CreateInstance<SmtpTransport>(services);
        return options.Folder is not null ? ActivatorUtilities.CreateInstance<FolderTransport>(services) : new NoTransport();
    }
}
