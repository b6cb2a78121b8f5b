using Npgsql;

namespace Wuwei.ServiceDefaults;

public sealed class ProblemsTests
{
    [Theory]
    [InlineData("23505", 409)]
    [InlineData("40001", 503)] // may work when tried again
    [InlineData("53100", 503)] // no disk
    [InlineData("57P01", 503)] // the session was ended
    [InlineData("28P01", 503)] // the service's password was changed: nothing that the caller did
    [InlineData("42P01", 500)]
    public void Given_what_the_database_says_When_answered_Then_it_is_whose_fault_it_is(string state, int status) =>
        Assert.Equal(status, Problems.StatusOf(new PostgresException("", "FATAL", "FATAL", state)));

    [Fact]
    public void Given_a_database_that_cannot_be_reached_Then_it_may_be_there_again() =>
        Assert.Equal(503, Problems.StatusOf(new NpgsqlException("", new InvalidOperationException())));
}
