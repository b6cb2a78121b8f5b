using System.Globalization;
using System.Text;

namespace Wuwei.Bench.Load;

/// <summary>Ready-made requests that each record another person's certified training.</summary>
/// <param name="path">Where the service's records are, seen from whoever is asked.</param>
internal sealed class Trainings(string path, string token)
{
    private const string Checks = "10X98765432";
    private static readonly int[] s_weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private static readonly DateOnly s_firstBirth = new(1965, 1, 1);
    private static int s_made;

    /// <summary>The next person's request, its record's id in it.</summary>
    public ReadOnlyMemory<byte> Next() => Next(Guid.CreateVersion7());

    public ReadOnlyMemory<byte> Next(Guid id)
    {
        var (person, number) = NextPerson();
        var body = string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"person":{"nationalId":"{{person}}","name":"张三","phone":"13812345678"},"region":"620602","occupation":"4-10-01-05","occupationName":"养老护理员","level":"elementary","certificateKind":"skill-level","certificateNumber":"B{{number:000000000}}","institution":"武威职业学院","startedOn":"2025-03-01","finishedOn":"2025-03-15","certifiedOn":"2025-03-20","hours":80,"subsidised":true,"synthetic":true}
            """);
        return Request("PUT", $"{path}/certified-trainings/{id}", token, body);
    }

    /// <summary>The number of a person who was not asked for before, and a number that goes with it.</summary>
    public static (string NationalId, int Number) NextPerson()
    {
        var number = Interlocked.Increment(ref s_made);
        return (NationalId(number), number);
    }

    public static ReadOnlyMemory<byte> Request(string method, string path, string? token, string? body = null, string headers = "") => Encoding.UTF8.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}{headers}"
        + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    // A thousand a day of birth.
    private static string NationalId(int number)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"622301{s_firstBirth.AddDays(number / 1000):yyyyMMdd}{number % 1000:000}");
        return body + Checks[s_weights.Select((weight, i) => weight * (body[i] - '0')).Sum() % 11];
    }
}
