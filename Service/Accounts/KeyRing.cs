using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts;

/// <summary>Keeps the key ring in PostgreSQL, so that a token of one instance is good at every other and after a restart.</summary>
internal sealed class KeyRing(ControlDatabase database) : IXmlRepository
{
    private const string List = "select xml from public.data_protection_keys order by created_at";
    private const string Add = "insert into public.data_protection_keys (name, xml) values (@name, @xml) on conflict (name) do nothing";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var control = Open();
        return [.. control.Query<string>(List).Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var control = Open();
        control.Execute(Add, new { name = friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) });
    }

    // The interface is synchronous; it is asked once in a while, when a key is made or the ring read again.
    private System.Data.Common.DbConnection Open() => database.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
}
