using System.Text;
using Embed.IntegrationTests.Export;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Mail and network addresses of a file are read into nothing that is kept unless an administrator has said so.</summary>
public sealed class ImportPrivacyTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Theory]
    [InlineData("isso/disqus.xml")]
    [InlineData("isso/wordpress.xml")]
    [InlineData("isso/generic.json")]
    [InlineData("remark42/disqus.xml")]
    [InlineData("remark42/commento.json")]
    public async Task The_working_file_and_the_report_have_nothing_private_unless_it_is_asked_for(string fixture)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var file = await File.ReadAllBytesAsync(Fixtures.PathOf(fixture), Cancellation);
        var rows = KeptRows.Read(_application, file, out _);
        var shown = string.Join('\n', rows.Comments.Select(c => c.Text).Concat(rows.People.Select(p => $"{p.Name} {p.Website}")));
        var secrets = rows.People.Select(p => p.Email?.Trim()).Concat(rows.Comments.Select(c => c.NetworkAddress)).OfType<string>().Distinct()
            .Where(secret => secret.Length >= "a@b.org".Length && !shown.Contains(secret, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(secrets);

        async Task<IReadOnlyList<string>> FoundAsync(bool keepsPrivate, string name)
        {
            var planned = await workshop.ImportAsync(new ImportOptions { IsDryRun = true, KeepsPrivate = keepsPrivate }, new MemoryStream(file));
            Assert.Equal(ImportState.Planned, planned.State);
            var bytes = await File.ReadAllBytesAsync(Path.Combine(_application.DataFolder, "imports", $"{planned.Id}", name), Cancellation);
            return [.. secrets.Where(secret => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0)];
        }

        Assert.Empty(await FoundAsync(false, "staged.db"));
        Assert.Empty(await FoundAsync(true, "report.db"));
        // The control: this is where it would be.
        Assert.Equal(secrets, await FoundAsync(true, "staged.db"));
    }
}
