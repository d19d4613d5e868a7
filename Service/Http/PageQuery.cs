using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace Tenantry.Service.Http;

/// <summary>Which page of a list: at most 200 items after a cursor.</summary>
public sealed record PageQuery(
    [property: FromQuery(Name = "limit"), Range(1, 200), DefaultValue(50)] int? Limit,
    [property: FromQuery(Name = "after")] Cursor? After)
{
    public int Size => Limit ?? 50;
}
