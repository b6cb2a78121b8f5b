namespace Wuwei.Assessment.Reports;

/// <summary>The fixed parts of every report: styles, fonts and what stands in for them, page numbers.</summary>
internal static class WordStyles
{
    private const string Namespace = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    /// <summary>Sizes in half points: 44 is 2号, 32 is 3号, 28 is 4号, 24 is 小四. Lines are 29 points apart, 22 a page.</summary>
    public static string Styles { get; } = $"""
        <w:styles {Namespace}>
        {Style("Normal", "仿宋_GB2312", 32, "<w:spacing w:line=\"580\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:jc w:val=\"both\"/>", isDefault: true)}
        {Style("Title", "方正小标宋简体", 44, $"<w:spacing w:before=\"580\" w:line=\"640\" w:lineRule=\"exact\"/>{Centred}")}
        {Style("RedHead", "方正小标宋简体", 72, $"<w:spacing w:before=\"1984\" w:line=\"1000\" w:lineRule=\"exact\"/>{Centred}", color: "FF0000")}
        {Style("DocumentNumber", "仿宋_GB2312", 32, $"<w:pBdr>{Line("bottom", 12, 11, "FF0000")}</w:pBdr><w:spacing w:before=\"1160\" w:line=\"580\" w:lineRule=\"exact\"/>{Centred}")}
        {Style("Recipients", "仿宋_GB2312", 32, "<w:spacing w:line=\"580\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>")}
        {Style("Copies", "仿宋_GB2312", 28, Imprint(Line("top", 8) + Line("bottom", 6)))}
        {Style("Printed", "仿宋_GB2312", 28, Imprint(Line("bottom", 8)))}
        {Style("PrintedAlone", "仿宋_GB2312", 28, Imprint(Line("top", 8) + Line("bottom", 8)))}
        {Style("Subtitle", "楷体_GB2312", 32, $"<w:spacing w:after=\"580\" w:line=\"580\" w:lineRule=\"exact\"/>{Centred}")}
        {Style("Heading1", "黑体", 32, "<w:keepNext/><w:spacing w:line=\"580\" w:lineRule=\"exact\"/><w:outlineLvl w:val=\"0\"/>")}
        {Style("Heading2", "楷体_GB2312", 32, "<w:keepNext/><w:spacing w:line=\"580\" w:lineRule=\"exact\"/><w:outlineLvl w:val=\"1\"/>")}
        {Style("Caption", "黑体", 28, $"<w:keepNext/><w:spacing w:before=\"120\" w:line=\"480\" w:lineRule=\"exact\"/>{Centred}")}
        {Style("TableHead", "黑体", 24, $"<w:spacing w:line=\"360\" w:lineRule=\"exact\"/>{Centred}")}
        {Style("TableText", "仿宋_GB2312", 24, $"<w:spacing w:line=\"360\" w:lineRule=\"exact\"/>{Centred}")}
        {Style("Figure", "仿宋_GB2312", 24, $"<w:keepNext/><w:spacing w:line=\"240\" w:lineRule=\"auto\"/>{Centred}")}
        {Style("Signature", "仿宋_GB2312", 32, "<w:spacing w:line=\"580\" w:lineRule=\"exact\"/><w:ind w:rightChars=\"400\" w:right=\"1280\" w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"right\"/>")}
        {Style("Mark", "黑体", 18, $"<w:spacing w:line=\"240\" w:lineRule=\"auto\"/>{Centred}")}
        </w:styles>
        """;

    /// <summary>The fonts that official documents ask for, each with those that are taken where it is not installed.</summary>
    public static string Fonts { get; } = $"""
        <w:fonts {Namespace}>
        {Font("方正小标宋简体", "方正小标宋_GBK,华文中宋,宋体")}
        {Font("仿宋_GB2312", "仿宋,FangSong,Noto Serif CJK SC")}
        {Font("楷体_GB2312", "楷体,KaiTi,Noto Serif CJK SC")}
        {Font("黑体", "SimHei,Noto Sans CJK SC")}
        </w:fonts>
        """;

    /// <summary>Pages on the right and on the left have their numbers at different sides.</summary>
    public static string Settings { get; } = $"<w:settings {Namespace}><w:evenAndOddHeaders/></w:settings>";

    /// <summary>— 1 —, in 4号 宋体, a character from the outer edge.</summary>
    public static string Footer(string side) => $"""
        <w:ftr {Namespace}><w:p><w:pPr><w:ind w:{side}Chars="100" w:{side}="280" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{side}"/></w:pPr>{Run("— ")}<w:fldSimple w:instr=" PAGE ">{Run("1")}</w:fldSimple>{Run(" —")}</w:p></w:ftr>
        """;

    private const string Centred = "<w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/>";

    private static string Imprint(string lines) => $"<w:pBdr>{lines}</w:pBdr><w:tabs><w:tab w:val=\"right\" w:pos=\"8564\"/></w:tabs><w:spacing w:line=\"480\" w:lineRule=\"exact\"/>"
        + "<w:ind w:leftChars=\"100\" w:left=\"280\" w:rightChars=\"100\" w:right=\"280\" w:firstLineChars=\"0\" w:firstLine=\"0\"/>";

    private static string Line(string edge, int eighths, int points = 1, string color = "auto") =>
        $"<w:{edge} w:val=\"single\" w:sz=\"{eighths}\" w:space=\"{points}\" w:color=\"{color}\"/>";

    private static string Style(string name, string font, int size, string paragraph, bool isDefault = false, string? color = null) => $"""
        <w:style w:type="paragraph" w:styleId="{name}"{(isDefault ? " w:default=\"1\"" : "")}><w:name w:val="{name}"/>{(isDefault ? "" : "<w:basedOn w:val=\"Normal\"/>")}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>{(color is null ? "" : $"<w:color w:val=\"{color}\"/>")}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>
        """;

    private static string Font(string name, string others) => $"""
        <w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>
        """;

    private static string Run(string text) => $"""
        <w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>
        """;
}
