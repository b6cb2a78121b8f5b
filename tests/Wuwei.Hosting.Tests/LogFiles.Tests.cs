namespace Wuwei.Hosting.Tests;

public sealed class LogFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete($"{_file}.1");
    }

    [Fact]
    public void Given_a_log_beyond_its_limit_When_rotated_Then_a_program_that_appends_goes_on_in_the_emptied_file()
    {
        using var program = new StreamWriter(new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        program.WriteLine("first");
        LogFiles.Rotate(_file, limit: 100);
        Assert.False(File.Exists($"{_file}.1"));

        program.WriteLine(new string('x', 200));
        LogFiles.Rotate(_file, limit: 100);

        Assert.StartsWith("first", File.ReadAllText($"{_file}.1"), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(_file).Length);
    }
}
