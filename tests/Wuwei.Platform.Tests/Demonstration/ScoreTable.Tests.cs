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
            new("1", "城镇新增就业人数", "人", 2, 21_000m, "≥", 15_000m, 1.4m, 2m, null),
            new("2", "城镇调查失业率", "%", 1, null, null, null, null, null, "本地区不适用，不计入权重"),
        ]);
        var expected = """
            就业促进规划综合得分  2025-12（规划累计）

              地区    位次  综合得分
              ------  ----  --------
              凉州区     1     98.77

            凉州区  综合得分 98.77
              指标                 单位    完成  序时目标  进度%  权重  得分  说明
              -------------------  ----  ------  --------  -----  ----  ----  ------------------------
               1 城镇新增就业人数  人    21,000   ≥15,000  140.0     2  2.00
               2 城镇调查失业率    %          —         —      —     1     —  本地区不适用，不计入权重

            注：演示数据

            """;
        Assert.Equal(expected, ScoreTable.Format("2025-12", [region], ["演示数据"]));
    }
}
