namespace Wuwei.Hosting.Tests;

public sealed class NativeTests
{
    // Signal 0 only asks whether somebody is there: should the guard be lost, the test fails and ends nobody.
    private const StopSignal Nothing = 0;

    [Theory]
    [InlineData(0)] // kill(2): the caller's own group
    [InlineData(-1)] // everybody
    [InlineData(1)] // init
    public void Given_no_process_of_ours_When_it_is_signalled_Then_nobody_is(int id)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Native.Signal(id, Nothing));
        Assert.Throws<ArgumentOutOfRangeException>(() => Native.SignalGroup(id, Nothing));
    }
}
