using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Wuwei.ServiceDefaults;

/// <summary>What every service's OpenAPI document says the same way.</summary>
public static class ApiDescription
{
    extension(OpenApiOptions options)
    {
        /// <summary>Names the service, says where the gateway serves it, and that it wants a token.</summary>
        /// <param name="service">Public name, as in paths.</param>
        /// <param name="title">In Chinese, for people.</param>
        /// <remarks>
        /// The call to AddOpenApi stays in the service's own Program.cs: a generator adds the texts of the assembly that calls it.
        /// </remarks>
        public OpenApiOptions Describe(string service, string title)
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new() { Title = title, Version = "v1" };
                document.Servers = [new() { Url = $"/api/{service}/v1" }];
                document.Components ??= new();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
                document.Components.SecuritySchemes["token"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                };
                document.Security = [new() { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                // Text and instants are read by converters of ours, which the exporter cannot look into.
                var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                if ((type == typeof(string) || type == typeof(DateTimeOffset)) && schema.Type is null)
                {
                    schema.Format = type == typeof(string) ? schema.Format : "date-time";
                    schema.Type = context.JsonPropertyInfo is { IsSetNullable: true } or { IsGetNullable: true, Set: null }
                        ? JsonSchemaType.String | JsonSchemaType.Null
                        : JsonSchemaType.String;
                }

                return Task.CompletedTask;
            });
            return options;
        }
    }
}
