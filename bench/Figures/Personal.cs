using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Bench.Figures;

/// <summary>Person keys, seals and opens on one thread, beside the bare operations on the same bytes with a cipher that is set up once.</summary>
internal static class Personal
{
    // Such as a register keeps: number, name, phone.
    private const string Text = "622301198603151016\n张三\n13812345678", Column = "certified_training.person", Row = "01932f3e-7a00-7000-8000-000000000011";

    public static Task RunAsync(Settings settings, Report report)
    {
        Console.Error.WriteLine("personal");
        var protector = new PersonalDataProtector(Options.Create(new PersonalDataOptions { EncryptionKey = new string('e', 40), LookupKey = new string('l', 40) }));
        var number = NationalId.OfStored(Text[..18]);
        var stored = protector.Encrypt(Text, Column, Row);
        byte[] key = new byte[32], digits = Encoding.ASCII.GetBytes(number.Reveal()), plain = Encoding.UTF8.GetBytes(Text), place = Encoding.UTF8.GetBytes($"{Column}|{Row}");
        byte[] nonce = new byte[12], sealedText = new byte[plain.Length], tag = new byte[16], opened = new byte[plain.Length];
        using var cipher = new AesGcm(key, tag.Length);
        cipher.Encrypt(nonce, plain, sealedText, tag, place);

        (string Name, Action Ours, Action Bare)[] pairs =
        [
            ("person key, beside HMAC-SHA-256", () => protector.PersonKey(number), () => HMACSHA256.HashData(key, digits)),
            ("seal, beside AES-256-GCM", () => protector.Encrypt(Text, Column, Row), () => cipher.Encrypt(nonce, plain, sealedText, tag, place)),
            ("open, beside AES-256-GCM", () => protector.Decrypt(stored, Column, Row), () => cipher.Decrypt(nonce, sealedText, tag, opened, place)),
        ];
        report.Write("personal", Report.Table(
            ["one thread", "ours, a second", "bare, a second", "ratio"],
            pairs.Select(pair =>
            {
                double[][] rounds = [.. Enumerable.Range(0, settings.Rounds).Select(_ => new[] { Rate(settings, pair.Ours), Rate(settings, pair.Bare) })];
                var (ours, bare) = (Sample.Median(rounds.Select(round => round[0])), Sample.Median(rounds.Select(round => round[1])));
                return (IReadOnlyList<string>)[pair.Name, Report.Number(ours), Report.Number(bare), Report.Number(ours / bare)];
            })));
        return Task.CompletedTask;
    }

    // A third of the usual time each: there are many, and none waits for anything.
    private static double Rate(Settings settings, Action act)
    {
        var (warmUp, time) = (settings.WarmUp / 6, settings.Time / 3);
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < warmUp;)
        {
            act();
        }

        var (count, watch) = (0, Stopwatch.StartNew());
        for (; watch.Elapsed < time; count += 100)
        {
            for (var i = 0; i < 100; i++)
            {
                act();
            }
        }

        return count / watch.Elapsed.TotalSeconds;
    }
}
