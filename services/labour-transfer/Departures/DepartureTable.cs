using Wuwei.Register.Files;
using Wuwei.ServiceDefaults.Regions;
using Wuwei.Tables;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>Departures as a table: what is imported and exported.</summary>
internal static class DepartureTable
{
    private static readonly CodeName[] s_arrangements = [new("organised", "有组织输转"), new("self", "自发外出")];

    // Sections of GB/T 4754-2017.
    private static readonly CodeName[] s_industries =
    [
        new("A", "A农、林、牧、渔业"), new("B", "B采矿业"), new("C", "C制造业"), new("D", "D电力、热力、燃气及水生产和供应业"), new("E", "E建筑业"),
        new("F", "F批发和零售业"), new("G", "G交通运输、仓储和邮政业"), new("H", "H住宿和餐饮业"), new("I", "I信息传输、软件和信息技术服务业"),
        new("J", "J金融业"), new("K", "K房地产业"), new("L", "L租赁和商务服务业"), new("M", "M科学研究和技术服务业"),
        new("N", "N水利、环境和公共设施管理业"), new("O", "O居民服务、修理和其他服务业"), new("P", "P教育"), new("Q", "Q卫生和社会工作"),
        new("R", "R文化、体育和娱乐业"), new("S", "S公共管理、社会保障和社会组织"), new("T", "T国际组织"),
    ];

    // This city's counties and townships, all provinces and prefectures, and what is beyond the mainland.
    private static readonly CodeName[] s_destinations =
    [
        .. RegionChoices.All,
        .. RegionCode.China.Values.OrderBy(region => region.Code, StringComparer.Ordinal)
            .Select(region => new CodeName(region.Code, RegionCode.China.TryGetValue(region.Parent, out var province) ? $"{province.Name}{region.Name}" : region.Name)),
        new(Destination.Abroad, "境外"),
    ];

    public static readonly Table Table = new("外出务工",
    [
        new("身份证号码", "/person/nationalId", ColumnType.Identifier, "18 位居民身份证号码", "622301198603151016"),
        new("姓名", "/person/name", ColumnType.Text, "与身份证一致", "张三"),
        new("手机号码", "/person/phone", ColumnType.Text, "11 位手机号码", "13812345678") { Required = false },
        new("户籍地", "/region", ColumnType.Code, "户籍所在县区或乡镇，名称或代码", "凉州区黄羊镇") { Codes = RegionChoices.All },
        new("外出日期", "/departedOn", ColumnType.Date, "不晚于今天；按这一天计入", "2025-03-01"),
        new("返回日期", "/returnedOn", ColumnType.Date, "未返回不填", "") { Required = false },
        new("输转方式", "/arrangement", ColumnType.Code, "有组织输转或自发外出", "有组织输转") { Codes = s_arrangements },
        new("组织单位", "/organiser", ColumnType.Text, "有组织输转必填，自发外出不填", "凉州区劳务办") { Required = false },
        new("目的地", "/destination", ColumnType.Code, "省、市（州）或本市县区、乡镇，名称或代码；境外填“境外”", "新疆维吾尔自治区乌鲁木齐市") { Codes = s_destinations },
        new("用工单位", "/employer", ColumnType.Text, "最多 100 个字", "新疆某建筑公司") { Required = false },
        new("行业门类", "/industry", ColumnType.Code, "国民经济行业门类，字母或全称", "E建筑业") { Required = false, Codes = s_industries },
        new("月收入（元）", "/monthlyIncome", ColumnType.Decimal, "最多两位小数", "5200.50") { Required = false },
        new("演示数据", "/synthetic", ColumnType.YesNo, "真实数据不填", "否") { Required = false },
    ]);
}
