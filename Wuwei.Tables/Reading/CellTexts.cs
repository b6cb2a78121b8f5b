using System.Globalization;
using System.Text;
using System.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>Reads texts of a workbook, none longer than a cell may be.</summary>
internal sealed class CellTexts(TableLimits limits)
{
    private readonly char[] _buffer = new char[limits.CellLength + 1];

    /// <summary>The text of <c>si</c> or <c>is</c>: its own, or that of its runs; how it is pronounced is left out.</summary>
    public string ReadRich(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var (text, depth, aside) = ("", xml.Depth, 0);
        while (xml.Read() && xml.Depth > depth)
        {
            if (aside > 0 && xml.Depth >= aside)
            {
                continue;
            }

            aside = 0;
            if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "rPh" && !xml.IsEmptyElement)
            {
                aside = xml.Depth + 1;
            }
            else if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "t")
            {
                text = text.Length == 0 ? ReadText(xml) : text + ReadText(xml);
                if (text.Length > limits.CellLength)
                {
                    throw new UnreadableTableException(TableProblem.CellTooLong);
                }
            }
        }

        return text;
    }

    /// <summary>The text of the element that the reader stands on; afterwards it stands on its end.</summary>
    public string ReadText(XmlReader xml)
    {
        var length = 0;
        if (xml.IsEmptyElement)
        {
            return "";
        }

        while (xml.Read() && xml.NodeType is not XmlNodeType.EndElement)
        {
            if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace))
            {
                throw new UnreadableTableException(TableProblem.Damaged);
            }

            for (int read; (read = xml.ReadValueChunk(_buffer, length, _buffer.Length - length)) > 0;)
            {
                if ((length += read) > limits.CellLength)
                {
                    throw new UnreadableTableException(TableProblem.CellTooLong);
                }
            }
        }

        return Unescape(_buffer.AsSpan(0, length));
    }

    // What XML cannot hold is written as _x000D_.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (text.IndexOf("_x") < 0)
        {
            return new(text);
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i..] is ['_', 'x', _, _, _, _, '_', ..] && ushort.TryParse(text.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 6;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
