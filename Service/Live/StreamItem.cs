using Tenantry.Service.Errors;

namespace Tenantry.Service.Live;

/// <summary>An event; or, last of all, why the stream ends; or neither, when a look found nothing.</summary>
internal readonly record struct StreamItem(OrgEvent? Event, ErrorCode? End);
