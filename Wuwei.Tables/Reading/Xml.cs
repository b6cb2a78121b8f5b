using System.Globalization;
using System.Text;
using System.Xml;

namespace Wuwei.Tables.Reading;

/// <summary>What every part of a workbook is read with. Names are looked at without namespaces: there are two sets of them.</summary>
internal static class Xml
{
    /// <summary>A number in an attribute; 0 when there is none.</summary>
    public static int Number(string? text) =>
        text is null ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UnreadableTableException(TableProblem.Damaged);

    /// <summary>An attribute with a prefix.</summary>
    public static string? Prefixed(XmlReader xml, string localName)
    {
        string? found = null;
        if (xml.MoveToFirstAttribute())
        {
            do
            {
                // Beside r:id there is sheetId, but no id without a prefix.
                found = xml.LocalName == localName && xml.Prefix.Length > 0 ? xml.Value : found;
            }
            while (xml.MoveToNextAttribute());
            xml.MoveToElement();
        }

        return found;
    }

    /// <summary>Reads; whatever a broken archive or text makes the framework say is said as a problem of the file.</summary>
    /// <exception cref="UnreadableTableException">It is damaged, or has a DTD.</exception>
    public static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException error)
        {
            throw new UnreadableTableException(error.Message.Contains("DTD", StringComparison.Ordinal) ? TableProblem.Dtd : TableProblem.Damaged);
        }
        catch (Exception error) when (error is InvalidDataException or DecoderFallbackException or EndOfStreamException or NotSupportedException)
        {
            throw new UnreadableTableException(TableProblem.Damaged);
        }
    }
}
