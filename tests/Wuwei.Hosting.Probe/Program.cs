using System.Globalization;
using Wuwei.Hosting.Probe;

// A process for the tests of the host. Its first argument says what it does:
//   (none)            a web application: /health, /environment, /crash
//   slow SECONDS      the same, healthy after so long
//   exit CODE         ends at once
//   deaf              a web application that ignores SIGTERM
//   host DATA         a host of its own with both servers and a web application
switch (args.FirstOrDefault())
{
    case "exit":
        return int.Parse(args[1], CultureInfo.InvariantCulture);
    case "host":
        await ProbeHost.RunAsync(args[1..]);
        return Environment.ExitCode;
    default:
        await ProbeService.RunAsync(args);
        return 0;
}
