namespace Tenantry.Service.Http;

/// <summary>An item that counts its changes; the count is its <c>ETag</c>.</summary>
internal interface IVersioned
{
    int Revision { get; }
}
