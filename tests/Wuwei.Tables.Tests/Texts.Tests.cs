namespace Wuwei.Tables.Tests;

public sealed class TextsTests
{
    [Fact]
    public void Given_everything_that_can_be_wrong_with_a_file_When_said_Then_what_to_do_is_said_too()
    {
        TableProblem[] files = [.. typeof(TableProblem).GetFields().Select(field => field.GetValue(null)).OfType<TableProblem>()];
        CellProblem[] cells = [.. typeof(CellProblem).GetFields().Select(field => field.GetValue(null)).OfType<CellProblem>()];

        Assert.All(files, problem => Assert.Contains("请", problem.Title, StringComparison.Ordinal));
        Assert.All(cells, problem => Assert.StartsWith("请", problem.Advice, StringComparison.Ordinal));
        Assert.True(files.Length > 25 && cells.Length > 8);
        Assert.Equal(files.Length + cells.Length, files.Select(problem => problem.Code).Concat(cells.Select(problem => problem.Code)).Distinct().Count());
    }
}
