using Scalar.AspNetCore;

namespace Wuwei.Gateway.Documentation;

/// <summary>The services' OpenAPI documents as pages for people. Nothing is loaded from elsewhere: the city's network is closed.</summary>
internal static class DocsPage
{
    private static readonly (string Service, string Title)[] s_documents =
    [
        ("indicator", "指标与台账"),
        ("training", "职业培训"),
        ("loans", "创业担保贷款"),
        ("labour-transfer", "劳务输转"),
        ("assessment", "综合评估"),
    ];

    extension(WebApplication app)
    {
        public void MapDocsPage()
        {
            app.MapGet("/", () => Results.Redirect("/docs")).AllowAnonymous().ExcludeFromDescription();
            app.MapScalarApiReference("/docs", options =>
            {
                options.WithTitle("武威市就业促进规划平台 接口文档").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp();
                foreach (var (service, title) in s_documents)
                {
                    options.AddDocument(service, title, $"/api/{service}/openapi.json");
                }
            }).AllowAnonymous();
        }
    }
}
