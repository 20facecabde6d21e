using System.Text.Json.Nodes;
using Embed.Tests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

public sealed class OpenApiTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    [Fact]
    public async Task The_document_lists_exactly_the_public_addresses_there_are()
    {
        var document = await ReadAsync();

        var listed = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(verb => $"{verb.Key.ToUpperInvariant()} {path.Key}"));
        var mapped = application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Path: SurfaceTests.PathOf(endpoint).Replace(":long", "", StringComparison.Ordinal), Verbs: SurfaceTests.VerbsOf(endpoint)))
            .Where(endpoint => endpoint.Path.Split('/')[1] is "api" or "c" or "pictures")
            .SelectMany(endpoint => endpoint.Verbs.Select(verb => $"{verb} {endpoint.Path}"));
        Assert.NotEmpty(mapped);
        Assert.Equal(mapped.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_says_what_it_does()
    {
        var document = await ReadAsync();

        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).ToList();

        Assert.NotEmpty(operations);
        Assert.All(operations, operation => Assert.False(string.IsNullOrWhiteSpace((string?)operation.Value!["summary"])));
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var nobody = Person.Anonymous(application);
        return await nobody.SendAsync(HttpMethod.Get, "/openapi/v1.json").JsonAsync();
    }
}
