using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Transfer.Export;
using Embed.Server.Transfer.Formats;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests.Export;

/// <summary>Exports, and servers that have nothing yet.</summary>
internal static class ExportWorkshop
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A server without sites, on which nobody has signed in.</summary>
    public static EmbedApplication EmptyServer()
    {
        var application = new EmbedApplication();
        foreach (var key in application.Settings.Keys.Where(key => key.StartsWith("Embed:Sites:", StringComparison.Ordinal)).ToList())
        {
            application.Settings.Remove(key);
        }

        return application;
    }

    /// <summary>Has people sign in with a GitHub, at github.com unless an issuer says where.</summary>
    public static void UseGitHub(this EmbedApplication application, string name = "GitHub", string? issuer = null)
    {
        var key = $"Embed:SignIn:{name}";
        (application.Settings[$"{key}:ClientId"], application.Settings[$"{key}:ClientSecret"]) = ("test", "test");
        application.Settings[$"{key}:Provider"] = "GitHub";
        if (issuer is not null)
        {
            application.Settings[$"{key}:Issuer"] = issuer;
        }
    }

    /// <summary>The export as it is written, without the entry in the log that taking it makes.</summary>
    public static async Task<byte[]> ExportBytesAsync(this EmbedApplication application, string? site = null)
    {
        await using var snapshot = await ExportSnapshot.OpenAsync(application.Services.GetRequiredService<IDbContextFactory<EmbedDbContext>>(), Cancellation);
        await using var database = await application.OpenDatabaseAsync();
        using var output = new MemoryStream();
        await WriteJson.WriteAsync(snapshot, site is null ? null : await database.Sites.SingleAsync(s => s.Key == site, Cancellation),
            application.Services.GetRequiredService<GitHubProviders>(), output, Cancellation);
        return output.ToArray();
    }

    /// <summary>The export of the whole server, to be read or changed.</summary>
    public static async Task<JsonObject> ExportAsync(this EmbedApplication application) =>
        (JsonObject)JsonNode.Parse(await application.ExportBytesAsync())!;

    public static Task<TakenOver> TakeOverAsync(this EmbedApplication application, JsonNode export) =>
        application.TakeOverAsync(Encoding.UTF8.GetBytes(export.ToJsonString()));

    /// <summary>Has a server take an export over that it must take.</summary>
    public static async Task<TakenOver> TakeOverAsync(this EmbedApplication application, byte[] export, Action<string, long>? tell = null, CancellationToken? stop = null)
    {
        var path = Path.Combine(application.DataFolder, $"{Guid.NewGuid():N}.json");
        _ = application.Services;
        await File.WriteAllBytesAsync(path, export, Cancellation);
        var taken = await application.Services.GetRequiredService<TakeOver>().HandleAsync(new ImportSource(path), tell ?? ((_, _) => { }), stop ?? Cancellation);
        Assert.Null(taken.Refusal);
        return taken.Value!;
    }

    /// <summary>How many rows a server has in all tables that an export has.</summary>
    public static async Task<long> CountRowsAsync(this EmbedApplication application)
    {
        await using var database = await application.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);
        var rows = 0L;
        foreach (var table in ExportModel.Of(database.Model).Tables)
        {
            await using var command = database.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of the model.
            command.CommandText = $"SELECT COUNT(*) FROM \"{table.Table}\"";
#pragma warning restore CA2100
            rows += (long)(await command.ExecuteScalarAsync(Cancellation))!;
        }

        return rows;
    }
}

/// <summary>Keeps what a format reads.</summary>
internal sealed class KeptRows : IImportSink
{
    public List<SourceThread> Threads { get; } = [];

    public List<SourcePerson> People { get; } = [];

    public List<SourceComment> Comments { get; } = [];

    public List<string> Skipped { get; } = [];

    /// <summary>Reads a file by the format that its content is recognised as.</summary>
    public static KeptRows Read(EmbedApplication application, byte[] file, out string format)
    {
        var path = Path.Combine(application.DataFolder, $"{Guid.NewGuid():N}.import");
        File.WriteAllBytes(path, file);
        var (source, rows) = (new ImportSource(path), new KeptRows());
        var found = ImportFormats.Recognise(ImportFormats.All, source);
        found.Read(source, rows, TestContext.Current.CancellationToken);
        format = found.Name;
        return rows;
    }

    public void Add(SourceThread thread) => Threads.Add(thread);

    public void Add(SourcePerson person) => People.Add(person);

    public void Add(SourceComment comment) => Comments.Add(comment);

    public void Skip(string place, string what, string why, string? id = null) => Skipped.Add($"{place}: {what}: {why}");
}
