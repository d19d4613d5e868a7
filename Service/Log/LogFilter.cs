using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Tenantry.Service.Errors;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Log;

/// <summary>Which rows of a log: those of one action, of one actor, from a time and before a time.</summary>
public sealed record LogFilter(
    [property: FromQuery(Name = "action"), Description("An action's name, such as org.updated.")] string? Action,
    [property: FromQuery(Name = "actor"), Description("The id of the user who did it.")] Guid? Actor,
    [property: FromQuery(Name = "since")] DateTimeOffset? Since,
    [property: FromQuery(Name = "until")] DateTimeOffset? Until)
{
    private static readonly HashSet<string> Actions = [.. Enum.GetValues<AuditAction>().Select(AuditLog.NameOf)];

    /// <summary>What is wrong with it; null when nothing is.</summary>
    internal ProblemHttpResult? Fault =>
        Action is not null && !Actions.Contains(Action) ? Problem.Invalid("action", $"An action is one of {string.Join(", ", Actions.Order(StringComparer.Ordinal))}.")
        : Since >= Until ? Problem.Invalid("until", "This is not after since.")
        : null;
}
