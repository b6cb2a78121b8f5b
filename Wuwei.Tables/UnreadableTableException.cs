namespace Wuwei.Tables;

/// <summary>Why a file is not read at all.</summary>
/// <param name="Code">Stable, e.g. <c>table.macros</c>.</param>
/// <param name="Title">What is wrong and what to do, in one Chinese sentence.</param>
/// <param name="Status">HTTP status: 413 too much, 415 another kind of file, 422 the right kind with something wrong in it.</param>
public sealed record TableProblem(string Code, string Title, int Status = 422)
{
    public static readonly TableProblem
        Empty = new("table.empty", "文件是空的，请下载模板、填写后再上传。"),
        UnknownKind = new("table.unknown_kind", "文件既不是 XLSX 工作簿，也不是 CSV 文本，请按模板另存为其中一种后再上传。"),
        OldExcel = new("table.old_excel", "这是 Excel 97–2003 格式（.xls）的文件，请在 Excel 中另存为“Excel 工作簿（*.xlsx）”后再上传。", 415),
        Encrypted = new("table.encrypted", "工作簿设有打开密码，请取消密码、保存后再上传。", 415),
        OpenDocument = new("table.open_document", "这是 OpenDocument（.ods）文件，请另存为“Excel 工作簿（*.xlsx）”后再上传。", 415),
        BinaryWorkbook = new("table.binary_workbook", "这是二进制工作簿（.xlsb），请另存为“Excel 工作簿（*.xlsx）”后再上传。", 415),
        Macros = new("table.macros", "工作簿中含有宏，请另存为不含宏的“Excel 工作簿（*.xlsx）”后再上传。", 415),
        ExternalLinks = new("table.external_links", "工作簿中含有指向其他文件或数据源的链接，请断开链接、保存后再上传。"),
        Damaged = new("table.damaged", "文件已损坏或不完整，无法读取，请用 Excel 或 WPS 打开、另存后再上传。"),
        Dtd = new("table.dtd", "工作簿中含有 XML 文档类型声明（DTD），不予读取，请用 Excel 或 WPS 另存后再上传。"),
        EntryName = new("table.entry_name", "工作簿内部含有不合规的文件名，不予读取，请用 Excel 或 WPS 另存后再上传。"),
        TooManyEntries = new("table.too_many_entries", "工作簿内部的文件过多，请把数据复制到最新模板中再上传。", 413),
        TooLarge = new("table.too_large", "工作簿解压后过大，请拆分后分次上传。", 413),
        Ratio = new("table.ratio", "工作簿的压缩比异常，不予读取，请把数据复制到最新模板中再上传。", 413),
        TooManyRows = new("table.too_many_rows", "数据行过多，请拆分后分次上传。", 413),
        TooManyColumns = new("table.too_many_columns", "在过远的列中有内容，请删除模板以外的列。", 413),
        CellTooLong = new("table.cell_too_long", "有单元格的内容过长，请缩短后再上传。", 413),
        TooManyTexts = new("table.too_many_texts", "工作簿中的文字过多，请拆分后分次上传。", 413),
        NoSheet = new("table.no_sheet", "工作簿中没有数据表，请下载最新模板后重新填写。"),
        HiddenSheet = new("table.hidden_sheet", "数据表被隐藏了，请取消隐藏、核对后再上传。"),
        MergedCells = new("table.merged_cells", "数据表中有合并单元格，请取消合并、逐行填写。"),
        Version = new("table.template_version", "模板版本不对，请下载最新模板后重新填写。"),
        HeaderMissing = new("table.header_missing", "表头缺少模板中的列，请按最新模板补上该列。"),
        HeaderUnknown = new("table.header_unknown", "表头中有模板以外的列，请删除该列或按模板改正列名。"),
        HeaderTwice = new("table.header_twice", "表头中有重复的列，请只保留一列。"),
        NoRows = new("table.no_rows", "表中没有数据行，请从第二行起填写后再上传。"),
        Encoding = new("table.encoding", "无法识别文件的文字编码，请另存为 UTF-8 编码的 CSV。"),
        OpenQuote = new("table.open_quote", "CSV 中有引号没有成对，请用 Excel 或 WPS 另存为 CSV 后再上传。"),
        LineTooLong = new("table.line_too_long", "CSV 中有一行过长，请检查该行的引号和换行后再上传。", 413);
}

/// <summary>A file that is not read: too much of something, another kind of file, or not as the template has it.</summary>
/// <param name="problem">Why.</param>
/// <param name="where">The cell, row or column at fault; never what is in it.</param>
public sealed class UnreadableTableException(TableProblem problem, string? where = null) : Exception($"{problem.Code} {where}")
{
    public TableProblem Problem { get; } = problem;

    /// <summary>e.g. <c>C5</c>.</summary>
    public string? Where { get; } = where;
}
