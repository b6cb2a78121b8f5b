using Wuwei.Register.Files;
using Wuwei.Tables;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>Start-up loans as a table: what is imported and exported.</summary>
internal static class LoanTable
{
    private static readonly CodeName[] s_kinds = [new("person", "个人"), new("micro-enterprise", "小微企业"), new("partnership", "合伙创业")];

    private static readonly CodeName[] s_classes =
    [
        new("registered-unemployed", "城镇登记失业人员"), new("hard-to-employ", "就业困难人员（含残疾人）"), new("veteran", "退役军人"),
        new("released-prisoner", "刑满释放人员"), new("graduate", "高校毕业生（含大学生村官、留学回国学生）"),
        new("overcapacity-worker", "化解过剩产能企业职工和失业人员"), new("returned-migrant", "返乡创业农民工"), new("online-merchant", "网络商户"),
        new("lifted-from-poverty", "脱贫人口"), new("rural-entrepreneur", "农村自主创业农民"),
    ];

    public static readonly Table Table = new("创业担保贷款",
    [
        new("身份证号码", "/person/nationalId", ColumnType.Identifier, "借款人（企业为法定代表人）的 18 位居民身份证号码", "622301198603151016"),
        new("姓名", "/person/name", ColumnType.Text, "与身份证一致", "张三"),
        new("手机号码", "/person/phone", ColumnType.Text, "11 位手机号码", "13812345678") { Required = false },
        new("县区乡镇", "/region", ColumnType.Code, "计入贷款的县区或乡镇，名称或代码", "凉州区") { Codes = RegionChoices.All },
        new("借款人类型", "/borrowerKind", ColumnType.Code, "个人、小微企业或合伙创业", "个人") { Codes = s_kinds },
        new("人员类别", "/borrowerClass", ColumnType.Code, "个人和合伙创业必填，小微企业不填", "返乡创业农民工") { Required = false, Codes = s_classes },
        new("合伙人数", "/partners", ColumnType.Integer, "合伙创业必填，含借款人，2 到 50", "3") { Required = false },
        new("经营主体名称", "/businessName", ColumnType.Text, "小微企业必填，最多 100 个字", "武威某农产品加工有限公司") { Required = false },
        new("统一社会信用代码", "/creditCode", ColumnType.Identifier, "小微企业必填，18 位", "91620602MA71XXXX0X") { Required = false },
        new("经办银行", "/bank", ColumnType.Text, "最多 60 个字", "甘肃银行武威分行"),
        new("合同编号", "/contractNumber", ColumnType.Identifier, "同一银行不能重复，最多 60 个字", "甘银创贷2025-000001"),
        new("贷款金额（元）", "/amount", ColumnType.Decimal, "大于 0，最多两位小数", "100000.00"),
        new("年利率（%）", "/annualRate", ColumnType.Decimal, "0 到 36，最多四位小数", "3.1"),
        new("签约日期", "/contractedOn", ColumnType.Date, "不晚于放款日期", "2025-03-01"),
        new("放款日期", "/disbursedOn", ColumnType.Date, "不晚于今天；按这一天计入", "2025-03-05"),
        new("期限（月）", "/termMonths", ColumnType.Integer, "1 到 120", "24"),
        new("结清日期", "/settledOn", ColumnType.Date, "未结清不填", "") { Required = false },
        new("带动就业人数", "/jobsCreated", ColumnType.Integer, "不含借款人，0 到 1000", "2"),
        new("演示数据", "/synthetic", ColumnType.YesNo, "真实数据不填", "否") { Required = false },
    ]);
}
