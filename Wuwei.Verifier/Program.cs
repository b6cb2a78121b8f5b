using Wuwei.Verifier;

// Checks files that were downloaded, on any machine: no service, no network, no configuration.
string? fingerprint = null;
List<string> files = [];
for (var at = 0; at < args.Length; at++)
{
    if (args[at] == "--fingerprint" && at + 1 < args.Length)
    {
        fingerprint = args[++at].Replace(":", "", StringComparison.Ordinal);
    }
    else
    {
        files.Add(args[at]);
    }
}

if (files.Count == 0 || files.Any(file => file.StartsWith('-')))
{
    Console.Error.WriteLine("用法：verify [--fingerprint 公钥指纹] 文件…    核验下载的发布文件（wuwei-publication/1）或行证明（wuwei-proof/1）");
    return 2;
}

List<Finding> findings = [];
foreach (var file in files)
{
    Finding finding;
    try
    {
        finding = Verification.Of(File.ReadAllBytes(file), fingerprint);
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException)
    {
        finding = new(null, null, null, [error.Message]);
    }

    findings.Add(finding);
    Console.WriteLine(finding.IsSound ? $"一致  {file}" : $"不符  {file}");
    if (finding.Head is { } head)
    {
        Console.WriteLine($"      第 {head.Number} 号，{head.Scheme} 第 {head.SchemeVersion} 版，{head.Period}，第 {head.Version} 版"
            + (head.Corrects is { } corrected ? $"，更正第 {corrected} 号：{head.Reason}" : ""));
    }

    if (finding.IsSound)
    {
        Console.WriteLine($"      根 {finding.Root}");
        Console.WriteLine($"      公钥指纹 {finding.Fingerprint}" + (fingerprint is null ? "（请与公布的指纹核对）" : "（与指定的相同）"));
    }

    foreach (var fault in finding.Faults)
    {
        Console.WriteLine($"      {fault}");
    }
}

var broken = Verification.Chain(findings.Where(finding => finding.IsSound));
foreach (var fault in broken)
{
    Console.WriteLine($"不符  {fault}");
}

return broken.Count == 0 && findings.All(finding => finding.IsSound) ? 0 : 1;
