using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Wuwei.Gateway.Routing;

/// <summary>Files that would be under way for hours, seen from their sender's own socket.</summary>
[Collection(nameof(Platform))]
public sealed partial class UploadsTests(Platform platform)
{
    [Fact]
    public async Task Given_files_that_trickle_in_When_their_time_is_over_or_the_service_will_not_have_them_Then_the_senders_are_told_while_they_send()
    {
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [platform.Training.Address] }, ("Imports:ReceiveTime", "00:00:00.500"));
        var token = await platform.Identity.TokenAsync("training-620602");
        var (part, chunk) = (new string('a', 512), $"200\r\n{new string('a', 512)}\r\n");

        var answers = await Task.WhenAll(
            SendAsync("things", "Content-Length: 60000000", part), SendAsync("things", "Transfer-Encoding: chunked", chunk),
            SendAsync("busy", "Content-Length: 60000000", part), SendAsync("busy", "Transfer-Encoding: chunked", chunk));

        Assert.Equal(["408 request.timeout", "408 request.timeout", "429 import.busy", "429 import.busy"], answers);

        async Task<string> SendAsync(string noun, string length, string sent)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/training/v1/{noun}/imports HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nAuthorization: Bearer {token}\r\n{length}\r\n\r\n"));
            using var answered = new CancellationTokenSource();
            var sending = TrickleAsync(stream, Encoding.ASCII.GetBytes(sent), answered.Token);
            var answer = await ReadAsync(stream);
            var stillSending = !sending.IsCompleted;
            await answered.CancelAsync();
            await sending;
            return stillSending ? answer : $"{answer} to one who had stopped";
        }
    }

    // Status and code, as soon as they are there.
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var (answer, buffer) = ("", new byte[16 * 1024]);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            answer += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, enough.Token) is > 0 and var read ? read : throw new EndOfStreamException(answer));
            if (Problem().Match(answer) is { Success: true } problem)
            {
                return $"{problem.Groups[1].Value} {problem.Groups[2].Value}";
            }
        }
    }

    /// <summary>Sends on, more than the least rate, until it is told that it is enough or cut off.</summary>
    private static async Task TrickleAsync(NetworkStream stream, byte[] part, CancellationToken answered)
    {
        try
        {
            for (; ; )
            {
                await stream.WriteAsync(part, answered);
                await Task.Delay(50, answered);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // Enough.
        }
    }

    [GeneratedRegex("""^HTTP/1\.1 (\d+) .*Content-Type: application/problem\+json.*"code":"([a-z_.]+)".*\}""", RegexOptions.Singleline)]
    private static partial Regex Problem();
}
