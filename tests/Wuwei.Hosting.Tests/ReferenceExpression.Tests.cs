using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wuwei.Hosting.Tests;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task Given_text_with_braces_and_holes_When_evaluated_Then_braces_stay_and_holes_are_filled()
    {
        var builder = Applications.Create();
        var password = builder.AddParameter("password", "p@ss word");
        var plain = "x{y}";

        var expression = ReferenceExpression.Create($"{{a}}={plain};{password};{password.Resource:uri}");

        Assert.Equal("{a}=x{y};p@ss word;p%40ss%20word", await expression.GetValueAsync(default));
        Assert.Equal("{a}=x{y};{password.value};{password.value}", expression.ValueExpression);
        Assert.Equal(2, expression.ValueProviders.Count);
    }

    [Fact]
    public void Given_an_endpoint_before_the_start_When_its_url_is_asked_Then_it_says_why_there_is_none()
    {
        var builder = Applications.Create();
        var service = builder.AddService("service");

        Assert.False(service.GetEndpoint("http").IsAllocated);
        Assert.Throws<InvalidOperationException>(() => service.GetEndpoint("http").Url);
        Assert.False(service.GetEndpoint("other").Exists);
    }
}
