namespace Tenantry.Service.Mail;

internal static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddDataProtection();
        services.AddSingleton<MailProtection>().AddSingleton<Outbox>();
        return services;
    }
}
