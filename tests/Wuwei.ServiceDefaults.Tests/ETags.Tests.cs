using System.Text;
using Microsoft.AspNetCore.Http;

namespace Wuwei.ServiceDefaults;

public class ETagsTests
{
    [Theory]
    [InlineData(null, 7L, "request.if_match_required")]
    [InlineData("\"7\"", 7L, null)]
    [InlineData("\"6\"", 7L, "request.stale")]
    [InlineData("*", 7L, null)]
    [InlineData("\"5\", \"7\"", 7L, null)]
    [InlineData("rubbish", 7L, "request.if_match_required")]
    [InlineData(null, null, null)] // to create needs none
    [InlineData("\"1\"", null, "request.stale")]
    [InlineData("*", null, "request.stale")] // "change it if it is there": it is not
    public void Given_If_Match_When_a_record_changes_Then_only_the_current_revision_may(string? sent, long? current, string? code) =>
        Assert.Equal(code, Request("If-Match", sent).CheckIfMatch(current)?.Code);

    [Theory]
    [InlineData(null, false)]
    [InlineData("\"7\"", true)]
    [InlineData("W/\"7\"", true)] // weak comparison for reading
    [InlineData("\"6\", \"7\"", true)]
    [InlineData("*", true)]
    [InlineData("\"70\"", false)]
    [InlineData("7", false)]
    public void Given_If_None_Match_When_pulled_Then_304_is_due_for_the_version_that_is_held(string? sent, bool notModified)
    {
        var http = Request("If-None-Match", sent);
        Assert.Equal(notModified, http.IsNotModified(ETags.Of(7)));
        Assert.Equal("\"7\"", http.Response.Headers.ETag);
    }

    [Fact]
    public void Given_two_documents_When_tagged_Then_the_same_bytes_have_the_same_tag_and_others_another()
    {
        var tag = ETags.Of(Encoding.UTF8.GetBytes("武威"));
        Assert.Matches("^\"[0-9a-f]{32}\"$", tag);
        Assert.Equal(tag, ETags.Of(Encoding.UTF8.GetBytes("武威")));
        Assert.NotEqual(tag, ETags.Of(Encoding.UTF8.GetBytes("武威 ")));
    }

    private static DefaultHttpContext Request(string header, string? value)
    {
        var http = new DefaultHttpContext();
        if (value is not null)
        {
            http.Request.Headers[header] = value;
        }

        return http;
    }
}
