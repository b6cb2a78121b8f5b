using System.Diagnostics;
using Wuwei.Testing.Files;
using static Wuwei.Tables.Tests.Given;

namespace Wuwei.Tables.Tests;

/// <summary>Files made to harm whoever reads them. Each is refused in less than a tenth of a second.</summary>
public sealed class HostileFileTests
{
    private static readonly HostileFiles s_files = new("数据", [.. Three.Columns.Select(column => column.Header)], ["A1", "2026-01-05", "80"]);

    private static readonly string s_good = Header + Xlsx.Row(2, "A1", "2026-01-05", "<c><v>80</v></c>");

    static HostileFileTests()
    {
        // Compiled before it is timed.
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(Assert.Single(Read(Xlsx.Of(s_good), Three)).Errors);
            Assert.Equal("table.merged_cells", Refusal(Xlsx.Of(writer => writer.Write(s_good), "<mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>"), Three));
        }
    }

    public static TheoryData<string, string> Files => new()
    {
        { "sparse", "table.too_many_columns" },
        { "sparse-row", "table.too_many_rows" },
        { "tiny-rows", "table.too_large" },
        { "shared-strings", "table.too_large" },
        { "one-cell", "table.too_large" },
        { "one-cell-smaller", "table.ratio" },
        { "one-cell-lying", "table.damaged" },
        { "declared-large", "table.too_large" },
        { "one-cell-incompressible", "table.cell_too_long" },
        { "one-attribute-incompressible", "table.cell_too_long" },
        { "cell-of-33000", "table.cell_too_long" },
        { "entries", "table.too_many_entries" },
        { "dtd", "table.dtd" },
        { "entities", "table.dtd" },
        { "zip-slip", "table.entry_name" },
        { "absolute", "table.entry_name" },
        { "backslash", "table.entry_name" },
        { "macros", "table.macros" },
        { "external-links", "table.external_links" },
        { "connections", "table.external_links" },
        { "xls", "table.old_excel" },
        { "encrypted", "table.encrypted" },
        { "ods", "table.open_document" },
        { "xlsb", "table.binary_workbook" },
        { "zip", "table.unknown_kind" },
        { "truncated", "table.damaged" },
        { "half", "table.damaged" },
        { "not-utf8", "table.damaged" },
        { "empty", "table.empty" },
        { "png", "table.encoding" },
        { "text", "table.header_unknown" },
        { "long-line", "table.line_too_long" },
        { "open-quote", "table.open_quote" },
        { "hidden", "table.hidden_sheet" },
        { "merged", "table.merged_cells" },
    };

    [Fact]
    public void Given_a_workbook_of_help_alone_When_read_Then_there_is_no_sheet_of_data() =>
        Assert.Equal("table.no_sheet", Refusal(Xlsx.Of(writer => writer.Write(s_good), name: "填写说明"), Three));

    [Theory]
    [InlineData(2, 100, null)]
    [InlineData(1, 100, "table.too_many_texts")]
    [InlineData(2, 5, "table.too_many_texts")]
    public void Given_texts_that_the_sheet_shares_When_they_are_more_than_are_kept_Then_they_are_refused(int strings, int characters, string? code)
    {
        var file = Xlsx.Of(writer => writer.Write(s_good), texts: "<sst><si><t>甲乙丙</t></si><si><t>丁戊己</t></si></sst>");
        var limits = new TableLimits { SharedStrings = strings, SharedCharacters = characters };
        if (code is null)
        {
            using var opened = TableFile.Open(file, Three, limits);
            Assert.Single(opened.Rows());
            return;
        }

        Assert.Equal(code, Refusal(file, Three, limits));
    }

    [Theory, MemberData(nameof(Files))]
    public void Given_a_hostile_file_When_read_Then_it_is_refused_at_once_for_its_own_reason(string kind, string code)
    {
        var file = s_files.Of(kind);
        var limits = new TableLimits { Rows = 1000 };

        // The best of three: others work on this machine too.
        var fastest = Enumerable.Range(0, 3).Min(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(code, Refusal(file, Three, limits));
            return Stopwatch.GetElapsedTime(began);
        });

        Assert.True(fastest < TimeSpan.FromMilliseconds(100), $"{kind} took {fastest.TotalMilliseconds:0.0} ms.");
    }

    [Fact]
    public void Given_a_lying_size_When_read_Then_no_more_memory_is_taken_than_for_the_file_itself()
    {
        var file = s_files.Of("one-cell-lying");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refusal(file, Three);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Given_a_million_empty_rows_and_a_format_on_the_last_one_When_read_Then_they_do_not_count()
    {
        var file = Xlsx.Of(writer =>
        {
            writer.Write(s_good);
            for (var row = 3; row < 1_000_000; row++)
            {
                writer.Write($"<row r=\"{row}\"/>");
            }

            writer.Write("<row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>");
        });

        Assert.Equal(2, Assert.Single(Read(file, Three, new() { Ratio = 2000 })).Number);
    }
}
