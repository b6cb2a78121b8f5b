using CsCheck;
using Microsoft.AspNetCore.Http;

namespace Wuwei.ServiceDefaults;

public class PagingTests
{
    private sealed record Key(DateOnly Day, int Id);

    [Fact]
    public void Given_any_list_When_paged_through_Then_every_row_comes_once_in_order() =>
        Gen.Select(Gen.Int[0, 120], Gen.Int[1, 50]).Sample((rows, limit) =>
        {
            var all = Enumerable.Range(0, rows).Select(i => new Key(new DateOnly(2025, 1, 1).AddDays(i / 3), i)).ToArray();
            var seen = new List<Key>();
            string? after = null;
            do
            {
                var query = new PageQuery { Limit = limit, After = after };
                if (!query.TryKey<Key>(out var key))
                {
                    return false;
                }

                var fetched = all.Where(row => key is null || row.Day > key.Day || row.Day == key.Day && row.Id > key.Id).Take(query.Fetch).ToArray();
                var page = query.Page(fetched, row => row, new DefaultHttpContext());
                seen.AddRange(page.Items);
                after = page.Next;
            }
            while (after is not null && seen.Count <= rows);
            return seen.SequenceEqual(all);
        }, iter: 200);

    [Fact]
    public void Given_a_next_page_When_shown_Then_the_link_keeps_the_filters()
    {
        var http = new DefaultHttpContext { Request = { QueryString = new("?region=620602&region=620621&limit=1&after=old") } };
        var page = new PageQuery { Limit = 1 }.Page([new Key(default, 1), new Key(default, 2)], key => key, http);
        Assert.Equal($"<?region=620602&region=620621&limit=1&after={page.Next}>; rel=\"next\"", http.Response.Headers.Link);
        Assert.Single(page.Items);
    }

    [Fact]
    public void Given_the_last_page_When_shown_Then_there_is_no_link()
    {
        var http = new DefaultHttpContext();
        Assert.Null(new PageQuery { Limit = 2 }.Page([new Key(default, 1), new Key(default, 2)], key => key, http).Next);
        Assert.Equal(0, http.Response.Headers.Link.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%%%")]
    [InlineData("bm9uc2Vuc2U")] // "nonsense"
    [InlineData("bnVsbA")] // "null"
    [InlineData("eyJkYXkiOiIyMDI1LTAxLTAxIn0")] // a key without its id
    [InlineData("eyJkYXkiOiIyMDI1LTAxLTAxIiwiaWQiOjEsIm9yIjoiMT0xIn0")] // and one with more
    public void Given_a_cursor_that_is_not_ours_When_read_Then_it_is_refused(string after) =>
        Assert.False(new PageQuery { After = after }.TryKey<Key>(out _));
}
