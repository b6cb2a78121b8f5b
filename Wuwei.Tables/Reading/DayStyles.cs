using System.Xml;
using static Wuwei.Tables.Reading.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>Which styles of a workbook show a number as a day.</summary>
internal sealed class DayStyles
{
    private readonly List<bool> _isDay = [];

    public bool Has(int style) => style < _isDay.Count && _isDay[style];

    /// <summary>Reads the styles of cells.</summary>
    public void Read(XmlReader xml)
    {
        var own = new Dictionary<int, bool>();
        var inCells = false;
        while (xml.Read())
        {
            switch (xml.LocalName)
            {
                case "numFmt" when xml.NodeType is XmlNodeType.Element:
                    own[Number(xml.GetAttribute("numFmtId"))] = IsDayFormat(xml.GetAttribute("formatCode") ?? "");
                    break;
                case "cellXfs":
                    inCells = xml.NodeType is XmlNodeType.Element;
                    break;
                case "xf" when inCells && xml.NodeType is XmlNodeType.Element:
                    var format = Number(xml.GetAttribute("numFmtId"));
                    _isDay.Add(own.GetValueOrDefault(format, format is >= 14 and <= 22 or >= 27 and <= 36 or >= 45 and <= 47 or >= 50 and <= 58));
                    break;
            }
        }
    }

    // Letters in quotes, in brackets or after a backslash are shown as they are.
    private static bool IsDayFormat(string code)
    {
        var (quoted, bracketed) = (false, false);
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '[' or ']' when !quoted:
                    bracketed = code[i] == '[';
                    break;
                case 'y' or 'Y' or 'd' or 'D' when !quoted && !bracketed:
                    return true;
            }
        }

        return false;
    }
}
