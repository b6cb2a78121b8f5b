using System.Text.Json;

namespace Wuwei.Outbox;

/// <summary>How messages are written in the outbox and on the wire.</summary>
internal static class MessageJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
}
