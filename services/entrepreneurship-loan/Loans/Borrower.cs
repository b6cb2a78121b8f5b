namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>Who borrows.</summary>
public enum BorrowerKind
{
    /// <summary>个人</summary>
    Person,

    /// <summary>小微企业</summary>
    MicroEnterprise,

    /// <summary>合伙创业: several persons, one of whom borrows for all.</summary>
    Partnership,
}

/// <summary>The ten classes of persons who may borrow.</summary>
public enum BorrowerClass
{
    /// <summary>城镇登记失业人员</summary>
    RegisteredUnemployed,

    /// <summary>就业困难人员（含残疾人）</summary>
    HardToEmploy,

    /// <summary>退役军人</summary>
    Veteran,

    /// <summary>刑满释放人员</summary>
    ReleasedPrisoner,

    /// <summary>高校毕业生（含大学生村官、留学回国学生）</summary>
    Graduate,

    /// <summary>化解过剩产能企业职工和失业人员</summary>
    OvercapacityWorker,

    /// <summary>返乡创业农民工</summary>
    ReturnedMigrant,

    /// <summary>网络商户</summary>
    OnlineMerchant,

    /// <summary>脱贫人口</summary>
    LiftedFromPoverty,

    /// <summary>农村自主创业农民</summary>
    RuralEntrepreneur,
}
