using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
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
            options.AddDocumentTransformer(async (document, context, cancellation) =>
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
                document.AddComponent(Problem, DescribeProblem(await context.GetOrCreateSchemaAsync(typeof(FieldError), null, cancellation)));
                document.Components.Schemas!.Remove(nameof(ProblemDetails)); // nothing points to it any more
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                DescribeVersions(operation);
                DescribeIdempotency(operation, context.Description.ActionDescriptor.EndpointMetadata);
                DescribeProblems(operation, context.Document!);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                // Text, names and instants are read by converters of ours, which the exporter cannot look into.
                var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                if (type.IsEnum && schema.Enum is not { Count: > 0 })
                {
                    schema.Enum = [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>()
                        .Select(value => JsonSerializer.SerializeToNode(Enum.ToObject(type, value), type, Json.Options)!)];
                }

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

    private const string Problem = "Problem", ProblemType = "application/problem+json";

    // What is read with a tag is read again with If-None-Match, and changed with If-Match.
    private static void DescribeVersions(OpenApiOperation operation)
    {
        var (pulled, changed) = (operation.Responses!.ContainsKey("304"), operation.Responses.ContainsKey("412"));
        if (pulled)
        {
            operation.Parameters = [.. operation.Parameters ?? [], Header("If-None-Match", "The ETag that you have: 304 when it is still the one.")];
        }

        if (changed)
        {
            operation.Parameters = [.. operation.Parameters ?? [], Header("If-Match", "The ETag of what you change: 428 without, 412 when it is no longer the one. Not for what is new.")];
        }

        foreach (var (_, response) in operation.Responses.Where(response => (pulled || changed) && response.Key is "200" or "201"))
        {
            ((OpenApiResponse)response).Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = new OpenApiHeader { Description = "Names this version.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            };
        }
    }

    // A request that names itself is done once, however often it is sent.
    private static void DescribeIdempotency(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            operation.Parameters = [.. operation.Parameters ?? [], Header(TakesIdempotencyKey.Header,
                "Names this request, 1 to 255 visible ASCII characters. Sent again it is not done again: the first answer comes back with Idempotent-Replayed: true. The same name for another request is 422, and 409 while the first is under way.")];
        }
    }

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static void DescribeProblems(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Responses!["default"] = new OpenApiResponse
        {
            Description = "Any other refusal: 400 malformed, 401 no valid token, 403 not yours, 413 too large, 415 not JSON in UTF-8, 429 too often, 503 later.",
            Content = new Dictionary<string, OpenApiMediaType> { [ProblemType] = new() },
        };
        foreach (var response in operation.Responses.Values)
        {
            if (response.Content?.TryGetValue(ProblemType, out var problem) == true)
            {
                ((OpenApiMediaType)problem).Schema = new OpenApiSchemaReference(Problem, document);
            }
        }
    }

    // The framework's own schema forbids the members by which clients tell problems apart.
    private static OpenApiSchema DescribeProblem(OpenApiSchema fieldError)
    {
        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
        return new()
        {
            Type = JsonSchemaType.Object,
            Description = "Why a request was refused (RFC 9457).",
            Required = new HashSet<string> { "type", "title", "status", "code", "traceId" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("urn:problem: and the code."),
                ["title"] = Text("One sentence for people, in Chinese."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                ["detail"] = Text("What was found."),
                ["code"] = Text("Stable; switch on this."),
                ["errors"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = fieldError, Description = "Members at fault." },
                ["traceId"] = Text("Tell it to the operators."),
            },
        };
    }
}
