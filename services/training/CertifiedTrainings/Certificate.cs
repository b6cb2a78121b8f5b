namespace Wuwei.Training.CertifiedTrainings;

/// <summary>Skill levels, lowest first (新八级工).</summary>
public enum SkillLevel
{
    /// <summary>学徒工</summary>
    Apprentice,

    /// <summary>五级 / 初级工</summary>
    Elementary,

    /// <summary>四级 / 中级工</summary>
    Intermediate,

    /// <summary>三级 / 高级工</summary>
    Advanced,

    /// <summary>二级 / 技师</summary>
    Technician,

    /// <summary>一级 / 高级技师</summary>
    SeniorTechnician,

    /// <summary>特级技师</summary>
    SpecialTechnician,

    /// <summary>首席技师</summary>
    ChiefTechnician,
}

/// <summary>What a certificate says.</summary>
public enum CertificateKind
{
    /// <summary>职业资格证书: has a level.</summary>
    VocationalQualification,

    /// <summary>职业技能等级证书: has a level.</summary>
    SkillLevel,

    /// <summary>专项职业能力证书: one ability, no level.</summary>
    SpecialAbility,

    /// <summary>培训合格证书: attended and passed, no level.</summary>
    TrainingCompletion,
}
