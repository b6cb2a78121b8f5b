using System.Data;
using Dapper;

namespace Wuwei.Outbox;

/// <summary>
/// Lets records be read whose constructors take instants and arrays: Dapper would insist on the provider's own types,
/// <see cref="DateTime"/> and <see cref="Array"/>. Names match without regard to underscores.
/// </summary>
internal static class DapperTypes
{
    static DapperTypes()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // The built-in mapping would win over the handler for parameters.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new Instants());
        SqlMapper.AddTypeHandler(new Arrays<string>());
        SqlMapper.AddTypeHandler(new Arrays<bool>());
        SqlMapper.AddTypeHandler(new Arrays<int>());
        SqlMapper.AddTypeHandler(new Arrays<long>());
        SqlMapper.AddTypeHandler(new Arrays<double>());
        SqlMapper.AddTypeHandler(new Arrays<decimal>());
        SqlMapper.AddTypeHandler(new Arrays<Guid>());
        SqlMapper.AddTypeHandler(new Arrays<DateOnly>());
    }

    /// <summary>Has it done, once a process.</summary>
    public static void Register()
    {
        // By the constructor.
    }

    private sealed class Instants : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset instant ? instant : new((DateTime)value);

        // timestamptz is an instant: the provider takes it in UTC only.
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }

    private sealed class Arrays<T> : SqlMapper.TypeHandler<T[]>
    {
        public override T[] Parse(object value) => (T[])value;

        public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = (object?)value ?? DBNull.Value;
    }
}
