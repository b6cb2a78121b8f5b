using System.ComponentModel.DataAnnotations;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>A departure as it is to be recorded, and the return when it is known.</summary>
public sealed record DepartureForm
{
    public static readonly Refusal UnknownRegion = Refusal.Invalid("departure.unknown_region", "户籍地代码不是本市的县区或乡镇。", "/region");

    public static readonly Refusal UnknownDestination = Refusal.Invalid(
        "departure.unknown_destination", "目的地须为省、市（州）或本市县区、乡镇的行政区划代码，境外填 abroad。", "/destination");

    public static readonly Refusal OrganiserRequired = Refusal.Invalid("departure.organiser_required", "有组织输转须填写组织单位。", "/organiser");

    public static readonly Refusal OrganiserUnexpected = Refusal.Invalid("departure.organiser_unexpected", "自发外出不填组织单位。", "/organiser");

    public static readonly Refusal IncomePrecision = Refusal.Invalid("departure.income_precision", "月收入最多保留两位小数。", "/monthlyIncome");

    public required PersonForm Person { get; init; }

    /// <summary>Home: a county's six digits or a township's nine.</summary>
    [TextLength(9, ErrorMessage = "户籍地代码最多 9 位。")] public required string Region { get; init; }

    public required DateOnly DepartedOn { get; init; }

    /// <summary>Absent while the worker is away.</summary>
    public DateOnly? ReturnedOn { get; init; }

    public required Arrangement Arrangement { get; init; }

    /// <summary>Who organised it; only when someone did.</summary>
    [TextLength(100, ErrorMessage = "组织单位最多 100 个字。")] public string? Organiser { get; init; }

    /// <summary>GB/T 2260 code of a province, prefecture, or county or township of the city; <c>abroad</c> beyond the mainland.</summary>
    [TextLength(9, ErrorMessage = "目的地代码最多 9 位。")] public required string Destination { get; init; }

    [TextLength(100, ErrorMessage = "用工单位最多 100 个字。")] public string? Employer { get; init; }

    /// <summary>Section letter of GB/T 4754-2017, A to T.</summary>
    [RegularExpression("[A-T]", ErrorMessage = "行业须为国民经济行业门类字母 A 至 T。")] public string? Industry { get; init; }

    /// <summary>Yuan per month, two decimals.</summary>
    [Range(typeof(decimal), "0", "9999999", ErrorMessage = "月收入须为 0 至 9999999 元。")] public decimal? MonthlyIncome { get; init; }

    /// <summary>Made up for demonstration.</summary>
    public bool Synthetic { get; init; }

    /// <summary>The departure, when each member can be right on its own.</summary>
    internal Decision<Departure> Read(Guid id, PersonalDataProtector protector, DateOnly today)
    {
        if (Register.Person.Read(Person, protector, today).IsRefused(out var refusal, out var person))
        {
            return refusal;
        }

        var organiser = Text(Organiser);
        return !RegionCode.IsCountyOrTownship(Region) ? RegionCode.Unknown(Region, UnknownRegion)
            : Departures.Destination.KindOf(Destination) is null ? UnknownDestination
            : Arrangement is Arrangement.Organised && organiser is null ? OrganiserRequired
            : Arrangement is Arrangement.Self && organiser is not null ? OrganiserUnexpected
            : MonthlyIncome is { } income && decimal.Round(income, 2) != income ? IncomePrecision
            : new Departure
            {
                Id = id,
                Person = person,
                Region = Region,
                DepartedOn = DepartedOn,
                ReturnedOn = ReturnedOn,
                Arrangement = Arrangement,
                Organiser = organiser,
                Destination = Destination,
                Employer = Text(Employer),
                Industry = Text(Industry),
                MonthlyIncome = MonthlyIncome,
                Synthetic = Synthetic,
            };
    }

    private static string? Text(string? text) => text is { Length: > 0 } ? text : null;
}
