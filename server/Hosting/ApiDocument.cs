using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Embed.Server.Hosting;

/// <summary>What the API document at <c>/openapi/v1.json</c> says beyond what the endpoints do.</summary>
internal static class ApiDocument
{
    private const string Scheme = "session";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Embed";
            document.Info.Version = "v1";
            document.Info.Description =
                "Reading is public. Writing takes a session token and an Origin header that names one of the site's origins. "
                + "What is refused is answered as problem details (RFC 9457) with a stable code.";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The token that redeeming a sign-in code returns.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            // The fragment reads its query without binding: it is the hottest path. It takes what its JSON form takes, and more.
            if (context.Description.RelativePath?.EndsWith("thread.html", StringComparison.Ordinal) == true)
            {
                operation.Parameters =
                [
                    Text("site", ParameterLocation.Path, "The site's key."),
                    Text("page", ParameterLocation.Query, "The host page's address."),
                    Text("thread", ParameterLocation.Query, "An explicit thread id in place of the address."),
                    Text("sort", ParameterLocation.Query, "oldest, newest, best or discussed."),
                    Text("after", ParameterLocation.Query, "Top-level comments after this place: the after of the page before."),
                    Text("replies", ParameterLocation.Query, "The replies that follow this comment in its branch."),
                    Text("comment", ParameterLocation.Query, "The page and branch that holds this comment."),
                    Text("lang", ParameterLocation.Query, "The language (BCP 47)."),
                    Text("as", ParameterLocation.Query, "document-fragment: as an element with a declarative shadow root, to be put into a page's source."),
                    Text("theme", ParameterLocation.Query, "light or dark: the theme of such an element."),
                ];
            }

            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TagsAttribute>().Any(tags => tags.Tags.Contains("Writing")))
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
    }

    private static OpenApiParameter Text(string name, ParameterLocation where, string description) => new()
    {
        Name = name,
        In = where,
        Required = where == ParameterLocation.Path || name == "page",
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
