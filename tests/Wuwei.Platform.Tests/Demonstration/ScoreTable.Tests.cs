using Wuwei.Demonstration.Scores;

namespace Wuwei.Platform.Tests.Demonstration;

public sealed class ScoreTableTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("凉州区", 6)]
    [InlineData("〔7.5〕万人", 11)]
    [InlineData("≥90%", 4)]
    [InlineData("", 0)]
    public void Given_a_text_Then_its_width_is_that_of_a_terminal(string text, int cells) => Assert.Equal(cells, TextTable.WidthOf(text));

    [Fact]
    public void Given_scores_Then_the_table_lines_up_and_says_what_is_synthetic()
    {
        var region = new RegionScore("620602", "凉州区", 1, 98.765m,
        [
            new("1", "城镇新增就业人数", "人", 21_000m, "≥", 15_000m, 1.4m, 110m, ""),
            new("2", "城镇调查失业率", "%", null, "<", 6m, null, null, "不适用"),
        ]);
        var expected = """
            就业促进规划综合得分  2025-12

              地区    位次  综合得分
              ------  ----  --------
              凉州区     1     98.77

            凉州区  综合得分 98.77
              指标                 单位  累计完成  序时目标  进度%    得分  说明
              -------------------  ----  --------  --------  -----  ------  ------
               1 城镇新增就业人数  人      21,000   ≥15,000  140.0  110.00
               2 城镇调查失业率    %            —     <6.00      —       —  不适用

            注：登记记录和统计数均为演示数据（固定种子生成，不是真实统计）；目标来自规划，按年分县为建议值，可修改。

            """;
        Assert.Equal(expected, ScoreTable.Format("2025-12", [region], synthetic: true));
    }
}
