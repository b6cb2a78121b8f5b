using System.Data;
using Dapper;

namespace Wuwei.Outbox;

/// <summary>Lets Dapper read and write <c>timestamptz</c> as <see cref="DateTimeOffset"/>; Npgsql itself speaks UTC.</summary>
internal sealed class InstantColumn : SqlMapper.TypeHandler<DateTimeOffset>
{
    public override DateTimeOffset Parse(object value) => value is DateTimeOffset instant ? instant : new((DateTime)value);

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
}
