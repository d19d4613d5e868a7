using System.Data;
using Dapper;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Lets Dapper send an array as one parameter, for <c>= any(@ids)</c>. It knows by the connection's type name that Npgsql can do
/// so; on a tenant's connection it would write the elements out one by one.
/// </summary>
internal sealed class ArrayParameter<T> : SqlMapper.TypeHandler<T[]>
{
    public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = value is null ? DBNull.Value : value;

    public override T[]? Parse(object value) => (T[])value;
}
