using System.Diagnostics;
using Wuwei.Testing;

// Starts the test servers once, runs a command beside them, and passes on its exit code:
//   dotnet Wuwei.Testing.dll -- dotnet vstest a.dll b.dll
string[] command = args is ["--", .. var rest] ? rest : args;
if (command is [])
{
    Console.Error.WriteLine("Usage: dotnet Wuwei.Testing.dll -- command [arguments]");
    return 2;
}

// From the start, not in turn: the broker needs some ten seconds.
var broker = TestServers.RabbitMQAsync();
var start = new ProcessStartInfo(command[0], command[1..]);
start.Environment[TestServers.Variables.Postgres] = await TestServers.PostgresAsync();
start.Environment[TestServers.Variables.RabbitMQ] = (await broker).Amqp.AbsoluteUri;
start.Environment[TestServers.Variables.RabbitMQManagement] = (await broker).Management.AbsoluteUri;

// Ctrl-C reaches the command by the terminal; this process outlives it to pass on its exit code.
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
using var process = Process.Start(start)!;
await process.WaitForExitAsync();
return process.ExitCode;

/// <summary>Named, lest it be public and hide the <c>Program</c> of a service under test.</summary>
internal static partial class Program;
