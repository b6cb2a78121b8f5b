using Wuwei.Register.Files;
using Wuwei.Tables;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>Certified trainings as a table: what is imported and exported.</summary>
internal static class CertifiedTrainingTable
{
    private static readonly CodeName[] s_levels =
    [
        new("apprentice", "学徒工"), new("elementary", "五级/初级工"), new("intermediate", "四级/中级工"), new("advanced", "三级/高级工"),
        new("technician", "二级/技师"), new("senior-technician", "一级/高级技师"), new("special-technician", "特级技师"), new("chief-technician", "首席技师"),
    ];

    private static readonly CodeName[] s_kinds =
    [
        new("vocational-qualification", "职业资格证书"), new("skill-level", "职业技能等级证书"), new("special-ability", "专项职业能力证书"),
        new("training-completion", "培训合格证书"),
    ];

    public static readonly Table Table = new("培训记录",
    [
        new("身份证号码", "/person/nationalId", ColumnType.Identifier, "18 位居民身份证号码", "622301198603151016"),
        new("姓名", "/person/name", ColumnType.Text, "与身份证一致", "张三"),
        new("手机号码", "/person/phone", ColumnType.Text, "11 位手机号码", "13812345678") { Required = false },
        new("县区乡镇", "/region", ColumnType.Code, "计入培训人次的县区或乡镇，名称或代码", "凉州区") { Codes = RegionChoices.All },
        new("职业编码", "/occupation", ColumnType.Identifier, "职业分类大典（2022 年版）编码", "4-10-01-05"),
        new("职业名称", "/occupationName", ColumnType.Text, "最多 50 个字", "养老护理员"),
        new("技能等级", "/level", ColumnType.Code, "职业资格和技能等级证书必填，其他证书不填", "五级/初级工") { Required = false, Codes = s_levels },
        new("证书类型", "/certificateKind", ColumnType.Code, "证书的种类", "职业技能等级证书") { Codes = s_kinds },
        new("证书编号", "/certificateNumber", ColumnType.Identifier, "不能重复，最多 50 个字", "Y000062060225000001"),
        new("培训机构", "/institution", ColumnType.Text, "最多 100 个字", "武威职业学院"),
        new("开班日期", "/startedOn", ColumnType.Date, "不晚于结业日期", "2025-03-01"),
        new("结业日期", "/finishedOn", ColumnType.Date, "不晚于发证日期", "2025-03-15"),
        new("发证日期", "/certifiedOn", ColumnType.Date, "不晚于今天；培训人次按这一天计入", "2025-03-20"),
        new("课时", "/hours", ColumnType.Integer, "1 到 5000，不超过起止日期内每天最多课时之和", "80"),
        new("享受补贴", "/subsidised", ColumnType.YesNo, "不填为“是”", "是") { Required = false },
        new("演示数据", "/synthetic", ColumnType.YesNo, "真实数据不填", "否") { Required = false },
    ]);
}
