namespace Wuwei.Assessment.Reports;

/// <summary>A part of a report, before anybody thinks of a file.</summary>
internal abstract record Block;

/// <summary>The report's name (2号方正小标宋, centred).</summary>
internal sealed record Title(string Text) : Block;

/// <summary>A line below the name (3号楷体, centred).</summary>
internal sealed record Subtitle(string Text) : Block;

/// <summary>一、 (3号黑体) or （一） (3号楷体).</summary>
internal sealed record Heading(int Level, string Text) : Block;

/// <summary>Running text (3号仿宋).</summary>
internal sealed record Paragraph(string Text) : Block;

/// <summary>A table under its caption.</summary>
internal sealed record Grid(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <summary>A bar chart under its caption; its figures can be edited in Word.</summary>
internal sealed record BarChart(string Caption, IReadOnlyList<string> Categories, IReadOnlyList<Series> Series) : Block;

/// <param name="Values">One for each category; null: there is none.</param>
internal sealed record Series(string Name, IReadOnlyList<decimal?> Values);

/// <summary>Head of an official document: who issues it in red, its number, a red line (发文机关标志、发文字号、红色分隔线).</summary>
internal sealed record RedHead(string Issuer, string Number) : Block;

/// <summary>To whom it goes, from the margin on (主送机关).</summary>
internal sealed record Recipients(string Text) : Block;

/// <summary>Foot of an official document, at the bottom of its last page (版记): copies, who printed it and when.</summary>
internal sealed record Imprint(string? CopiesTo, string Issuer, DateOnly On) : Block;

/// <summary>Who reports and when, to the right.</summary>
internal sealed record Signature(string Who, DateOnly On) : Block;
