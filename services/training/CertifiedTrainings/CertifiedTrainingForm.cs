using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>A finished and certified training as it is to be recorded.</summary>
public sealed partial record CertifiedTrainingForm
{
    public static readonly Refusal UnknownRegion = Refusal.Invalid("training.unknown_region", "地区代码不是本市的县区或乡镇。", "/region");

    public static readonly Refusal MalformedOccupation = Refusal.Invalid(
        "training.occupation", "职业编码应为职业分类大典的形式，如 4-04-05-02。", "/occupation");

    public static readonly Refusal ImpossibleHours = Refusal.Invalid("training.hours", "课时须在 1 到 5000 之间。", "/hours");

    public static readonly Refusal LevelRequired = Refusal.Invalid("training.level_required", "职业资格和技能等级证书须填写等级。", "/level");

    public static readonly Refusal LevelUnexpected = Refusal.Invalid("training.level_unexpected", "专项能力和培训合格证书没有等级。", "/level");

    public required PersonForm Person { get; init; }

    /// <summary>The county or township that counts the training: six or nine digits.</summary>
    [TextLength(9, ErrorMessage = "地区代码最多 9 位。")] public required string Region { get; init; }

    /// <summary>Code of the occupational classification of 2022, d-dd-dd-dd.</summary>
    [TextLength(20, ErrorMessage = "职业编码最多 20 位。")] public required string Occupation { get; init; }

    [Required(ErrorMessage = "请填写职业名称。"), TextLength(50, ErrorMessage = "职业名称最多 50 个字。")] public required string OccupationName { get; init; }

    /// <summary>Required where the certificate has one.</summary>
    public SkillLevel? Level { get; init; }

    public required CertificateKind CertificateKind { get; init; }

    /// <summary>No two records have the same. Blanks go, small letters become capitals; the holder's identity number in it is shown masked.</summary>
    [Required(ErrorMessage = "请填写证书编号。"), TextLength(50, ErrorMessage = "证书编号最多 50 个字。"), JsonConverter(typeof(IdNumberConverter))]
    public required string CertificateNumber { get; init; }

    [Required(ErrorMessage = "请填写培训机构。"), TextLength(100, ErrorMessage = "培训机构最多 100 个字。")] public required string Institution { get; init; }

    public required DateOnly StartedOn { get; init; }

    public required DateOnly FinishedOn { get; init; }

    public required DateOnly CertifiedOn { get; init; }

    /// <summary>Class hours, 1 to 5000; no more than fit between the days (see the parameter training.most_hours_a_day).</summary>
    public required int Hours { get; init; }

    /// <summary>Paid for by public money, as most are.</summary>
    public bool Subsidised { get; init; } = true;

    /// <summary>Made up for demonstration.</summary>
    public bool Synthetic { get; init; }

    /// <summary>The training, when each member can be right on its own.</summary>
    internal Decision<CertifiedTraining> Read(Guid id, PersonalDataProtector protector, DateOnly today)
    {
        if (Register.Person.Read(Person, protector, today).IsRefused(out var refusal, out var person)
            || CertifiedTrainings.CertificateNumber.Read(CertificateNumber, person).IsRefused(out refusal, out var number))
        {
            return refusal;
        }

        var levelled = CertificateKind is CertificateKind.VocationalQualification or CertificateKind.SkillLevel;
        return !RegionCode.IsCountyOrTownship(Region) ? RegionCode.Unknown(Region, UnknownRegion)
            : !OccupationCode().IsMatch(Occupation) ? MalformedOccupation
            : levelled && Level is null ? LevelRequired
            : !levelled && Level is not null ? LevelUnexpected
            : Hours is < 1 or > 5000 ? ImpossibleHours
            : new CertifiedTraining
            {
                Id = id,
                Person = person,
                Region = Region,
                Occupation = Occupation,
                OccupationName = OccupationName,
                Level = Level,
                CertificateKind = CertificateKind,
                CertificateNumber = number,
                Institution = Institution,
                StartedOn = StartedOn,
                FinishedOn = FinishedOn,
                CertifiedOn = CertifiedOn,
                Hours = Hours,
                Subsidised = Subsidised,
                Synthetic = Synthetic,
            };
    }

    // The first digit is one of the eight classes.
    [GeneratedRegex(@"^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OccupationCode();
}
