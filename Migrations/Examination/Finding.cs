namespace Tenantry.Migrations.Examination;

/// <summary>What one check found; the names are part of the JSON contract.</summary>
/// <param name="Check">A stable name, such as <c>public.schema</c>.</param>
/// <param name="Status"><c>ok</c>, <c>warn</c> or <c>fail</c>.</param>
/// <param name="Detail">What is so.</param>
/// <param name="Mend">How to mend it; null when there is nothing to.</param>
internal sealed record Finding(string Check, string Status, string Detail, string? Mend)
{
    public const string OkStatus = "ok";
    public const string WarnStatus = "warn";
    public const string FailStatus = "fail";

    public static Finding Ok(string check, string detail) => new(check, OkStatus, detail, null);

    public static Finding Warn(string check, string detail, string mend) => new(check, WarnStatus, detail, mend);

    public static Finding Fail(string check, string detail, string mend) => new(check, FailStatus, detail, mend);
}
