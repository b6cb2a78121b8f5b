using System.Text;
using Wuwei.Tables.Writing;

namespace Wuwei.Bench.Load;

/// <summary>A filled template of certified trainings, each of another person.</summary>
internal static class TrainingFile
{
    private static readonly string[] s_towns = ["凉州区", "民勤县", "古浪县", "天祝藏族自治县", "凉州区黄羊镇"];

    /// <param name="header">As the template has it.</param>
    public static byte[] Csv(IReadOnlyList<string> header, int rows)
    {
        var text = new StringBuilder("\ufeff");
        CsvText.Append(text, header);
        for (var i = 0; i < rows; i++)
        {
            CsvText.Append(text, Row(header));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static async Task<byte[]> XlsxAsync(IReadOnlyList<string> header, int rows)
    {
        using var file = new MemoryStream();
        await using (var workbook = await XlsxRows.StartAsync(file, "培训记录", header, CancellationToken.None))
        {
            for (var i = 0; i < rows; i++)
            {
                await workbook.AddAsync(Row(header), CancellationToken.None);
            }

            await workbook.FinishAsync(CancellationToken.None);
        }

        return file.ToArray();
    }

    private static string[] Row(IReadOnlyList<string> header)
    {
        var (person, certificate) = Trainings.NextPerson();
        return [.. header.Select(column => column switch
        {
            "身份证号码" => person,
            "姓名" => "张三丰",
            "手机号码" => "13812345678",
            "县区乡镇" => s_towns[certificate % s_towns.Length],
            "职业编码" => "4-10-01-05",
            "职业名称" => "养老护理员",
            "技能等级" => "五级/初级工",
            "证书类型" => "职业技能等级证书",
            "证书编号" => $"B{certificate:000000000}",
            "培训机构" => "武威职业学院",
            "开班日期" => "2025-03-01",
            "结业日期" => "2025-03-15",
            "发证日期" => "2025-03-20",
            "课时" => "80",
            _ => "是",
        })];
    }
}
