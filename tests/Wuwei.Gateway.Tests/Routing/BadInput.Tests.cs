using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Wuwei.Testing.Attack;

namespace Wuwei.Gateway.Routing;

/// <summary>The lines of the list of bad input that no HTTP client would send, at the gateway's own port.</summary>
[Collection(nameof(Platform))]
public sealed partial class BadInputTests(Platform platform)
{
    [Fact]
    public async Task Given_what_is_wrong_by_the_list_When_sent_Then_each_is_answered_as_the_list_says()
    {
        await using var impatient = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [platform.Training.Address] }, ("Limits:BodyGrace", "00:00:01.500"));
        var token = await platform.Identity.TokenAsync("training-620602");

        var complaints = await Task.WhenAll(BadInput.Lines.SelectMany(line => (line.Cases ?? []).Where(one => one.To == "gateway").Select(async one =>
            await TryAsync(one, one.Slow ? impatient.Address : platform.Gateway.Address, token) is { } complaint ? $"{line.Line} {one.What ?? line.What}: {complaint}" : null)));

        Assert.True(complaints.All(complaint => complaint is null), string.Join('\n', complaints.OfType<string>()));
    }

    private static async Task<string?> TryAsync(BadCase one, Uri gateway, string token)
    {
        var (head, body) = one.Raw!.Split("\n\n", 2) is [var first, var rest] ? (first, rest) : (one.Raw, "");
        var request = $"{head.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n\r\n{body}"
            .Replace("{host}", gateway.Authority, StringComparison.Ordinal).Replace("{token}", token, StringComparison.Ordinal);
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(BadInput.Repeated(request)));
        using var answered = new CancellationTokenSource();
        var dripping = one.Drip ? DripAsync(stream, answered.Token) : Task.CompletedTask;
        var answer = await ReadAsync(stream);
        await answered.CancelAsync();
        await dripping;

        // What the server itself refuses has no body.
        var json = answer.IndexOf('{', StringComparison.Ordinal) is >= 0 and var from && answer.LastIndexOf('}') is var to && to > from ? JsonNode.Parse(answer[from..(to + 1)]) : null;
        return Status().Matches(answer).Select(match => match.Groups[1].Value).LastOrDefault("0") is var status && status != $"{one.Status}" ? $"{status} {answer}"
            : one.Code is { } code && (string?)json?["code"] != code ? $"code {json?["code"]}"
            : one.Without is { } secret && answer.Contains(secret, StringComparison.Ordinal) ? $"the answer has {secret}"
            : null;
    }

    // Until the other side closes, or says nothing more.
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var (answer, buffer) = (new StringBuilder(), new byte[64 * 1024]);
        while (true)
        {
            using var silence = new CancellationTokenSource(answer.Length == 0 ? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(500));
            try
            {
                if (await stream.ReadAsync(buffer, silence.Token) is > 0 and var read)
                {
                    answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
                    continue;
                }
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // Nothing more comes.
            }

            return answer.ToString();
        }
    }

    private static async Task DripAsync(NetworkStream stream, CancellationToken answered)
    {
        try
        {
            for (; ; )
            {
                await Task.Delay(200, answered);
                await stream.WriteAsync("a"u8.ToArray(), answered);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // Answered, or cut off.
        }
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3})")]
    private static partial Regex Status();
}
