using Wuwei.Demonstration.Gateway;

namespace Wuwei.Demonstration.PersonalData;

/// <summary>Has the registers seal personal data under their current key, part by part.</summary>
public static class KeyRotation
{
    private static readonly string[] s_registers = ["training", "loans", "labour-transfer"];

    public static async Task RunAsync(GatewayClient gateway, CancellationToken cancellation)
    {
        foreach (var register in s_registers)
        {
            var (resealed, left, after) = (0, 0, (Guid?)null);
            do
            {
                left = after is null ? 0 : left;
                var done = await gateway.SendAsync<Done>(
                    "operator", HttpMethod.Post, $"/api/{register}/v1/personal-data/rotation", new { after }, cancellation);
                (resealed, left, after) = (resealed + done.Sealed, left + done.Sealed + done.Busy, done.Next);
            }
            while (after is not null || left > 0); // until a pass finds nothing
            Console.WriteLine($"{register}: {resealed} sealed anew, none left under an earlier key");
        }
    }

    private sealed record Done(int Sealed, int Busy, Guid? Next);
}
