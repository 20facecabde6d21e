using System.Text;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Claims;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests;

/// <summary>From the file to the sign-in: whose comments are whose, by GitHub's number, by the hash of a login name, and after an undo.</summary>
public sealed class ImportedAccountTests : IAsyncDisposable
{
    private readonly EmbedApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Who_signs_in_with_the_number_that_comments_came_with_has_them_at_once_and_under_the_name_they_have_now()
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        var import = await ImportAsync(workshop, Utterances("https://github.com/octo-cat"));
        Assert.Equal("octo-cat", (await AuthorAsync()).Name);

        var octo = await SignInAsync(workshop, new ProvenAccount("GitHub", "583231", "Octavia") { GitHubLogin = "renamed" });

        Assert.Equal((octo.Id, "Octavia"), ((await AuthorAsync()).Id, (await AuthorAsync()).Name));
        Assert.Empty(await WaitingAsync(workshop));
        Assert.Equal(1, await ClaimedAsync(workshop, import.Id));
        // And taken back, they are nobody's; who has signed in stays.
        Assert.Equal(ImportState.Undone, (await workshop.UndoAsync(import.Id)).State);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Comments.AnyAsync(Cancellation));
        Assert.True(await database.Commenters.AnyAsync(c => c.Id == octo.Id, Cancellation));
        Assert.Equal([$"person {octo.Id}: They have signed in."], await workshop.KeptAsync(import.Id));
    }

    [Theory]
    // A server of a firm's own: there the number is somebody else's.
    [InlineData("https://git.example/octo-cat", null, false)]
    [InlineData("https://git.example/octo-cat", "https://git.example", true)]
    [InlineData("https://github.com/octo-cat", "https://git.example", false)]
    public async Task A_number_counts_at_the_server_that_people_sign_in_with(string page, string? issuer, bool isTheirs)
    {
        if (issuer is not null)
        {
            _application.Settings["Embed:SignIn:GitHub:ClientId"] = "test";
            _application.Settings["Embed:SignIn:GitHub:ClientSecret"] = "test";
            _application.Settings["Embed:SignIn:GitHub:Issuer"] = issuer;
        }

        var workshop = await ImportWorkshop.OpenAsync(_application);
        await ImportAsync(workshop, Utterances(page));

        var octo = await SignInAsync(workshop, new ProvenAccount("GitHub", "583231", "Octavia") { GitHubLogin = "octo-cat" });

        Assert.Equal(isTheirs, (await AuthorAsync()).Id == octo.Id);
        Assert.Empty(await WaitingAsync(workshop));
    }

    [Theory]
    // By the name of one's own that the server with GitHub's software has, whatever is called GitHub.
    [InlineData("https://git.example/octo-cat", "Work", true)]
    [InlineData("https://git.example/octo-cat", "GitHub", false)]
    [InlineData("https://github.com/octo-cat", "GitHub", true)]
    [InlineData("https://github.com/octo-cat", "Work", false)]
    public async Task A_number_counts_for_the_provider_of_that_server_however_it_is_called(string page, string provider, bool isTheirs)
    {
        UseTwoGitHubs();
        var workshop = await ImportWorkshop.OpenAsync(_application);
        await ImportAsync(workshop, Utterances(page));

        var octo = await SignInAsync(workshop, new ProvenAccount(provider, "583231", "Octavia"));

        Assert.Equal(isTheirs, (await AuthorAsync()).Id == octo.Id);
        var again = await ImportAsync(workshop, Utterances(page));
        Assert.Equal(ImportState.Done, again.State);
        Assert.Equal(isTheirs, (await AuthorAsync()).Id == octo.Id);
    }

    [Theory]
    [InlineData("git.example", "Work", "git.example", true)]
    [InlineData("git.example", "GitHub", "github.com", false)]
    [InlineData("github.com", "GitHub", "github.com", true)]
    [InlineData("github.com", "Work", "git.example", false)]
    public async Task A_login_name_waits_for_whoever_has_it_at_the_same_server(string host, string provider, string signedInAt, bool waits)
    {
        UseTwoGitHubs();
        var workshop = await ImportWorkshop.OpenAsync(_application);
        await ImportAsync(workshop, $$"""
            [{"url":"https://api.github.com/repos/a/b/issues/1","comments_url":"x","number":1,"title":"rye","created_at":"2021-01-01T00:00:00Z"}]
            [{"id":1,"issue_url":"https://api.github.com/repos/a/b/issues/1","user":{"login":"Octo-Cat","html_url":"https://{{host}}/Octo-Cat"},"created_at":"2021-01-02T00:00:00Z","body":"x"}]
            """);

        await SignInAsync(workshop, new ProvenAccount(provider, "583231", "Octavia") { GitHubLogin = "octo-CAT", GitHubHost = signedInAt });

        Assert.Equal(waits ? [ClaimGround.GitHubLogin] : [], (await WaitingAsync(workshop)).Select(claim => claim.Ground));
    }

    [Fact]
    public async Task An_import_is_taken_back_with_what_was_claimed_of_it_and_the_claim_with_it()
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        // SHA-1 of Ada-L, as GitHub has it in upper and lower case.
        var import = await ImportAsync(workshop, $$"""
            {"version":1,"users":[],"posts":[]}
            {"id":"1","text":"<p>Of old</p>","user":{"name":"Ada of old","id":"github_ebdd636839d2d023eabd49ab6e27b45239759520"},"locator":{"url":"{{EmbedApplication.Origin}}/rye"},"time":"2020-05-06T07:08:07Z"}
            """);
        var ada = await SignInAsync(workshop, new ProvenAccount("GitHub", "77001", "Ada Lang") { GitHubLogin = "Ada-L" });
        var claim = Assert.Single(await WaitingAsync(workshop));
        Assert.Equal(0, await ClaimedAsync(workshop, import.Id));
        Assert.Equal((ClaimGround.GitHubLoginHash, "Ada of old", ada.Id), (claim.Ground, claim.PersonName, claim.CommenterId));
        var accepted = await workshop.Handler<DecideClaim>().HandleAsync(Root(workshop), claim.Id, accepts: true, Cancellation);
        Assert.Equal((ada.Id, "Ada Lang"), ((await AuthorAsync()).Id, (await AuthorAsync()).Name));
        Assert.Equal(1, await ClaimedAsync(workshop, import.Id));

        Assert.Equal(ImportState.Undone, (await workshop.UndoAsync(import.Id)).State);

        Assert.Empty(await workshop.KeptAsync(import.Id));
        Assert.Equal(UndoResult.ChangedSince, (await workshop.UndoEntryAsync(accepted.Value)).Result);
        await using var database = await _application.OpenDatabaseAsync();
        Assert.False(await database.Comments.AnyAsync(Cancellation) || await database.ImportedPeople.AnyAsync(Cancellation) || await database.ImportClaims.AnyAsync(Cancellation));
        Assert.True(await database.Commenters.AnyAsync(c => c.Id == ada.Id, Cancellation));
    }

    private static async Task<long> ClaimedAsync(ImportWorkshop workshop, long importId) =>
        (await workshop.Handler<PreviewUndo>().HandleAsync(workshop.Administrator, importId, Cancellation)).Value!.Claimed;

    private void UseTwoGitHubs()
    {
        foreach (var name in new[] { "GitHub", "Work" })
        {
            (_application.Settings[$"Embed:SignIn:{name}:ClientId"], _application.Settings[$"Embed:SignIn:{name}:ClientSecret"]) = ("test", "test");
        }

        (_application.Settings["Embed:SignIn:Work:Provider"], _application.Settings["Embed:SignIn:Work:Issuer"]) = ("GitHub", "https://git.example");
    }

    private static string Utterances(string page) =>
        $$"""
          [{"url":"https://api.github.com/repos/a/b/issues/1","comments_url":"x","number":1,"title":"rye","created_at":"2021-01-01T00:00:00Z"}]
          [{"id":1,"issue_url":"https://api.github.com/repos/a/b/issues/1","user":{"login":"octo-cat","id":583231,"html_url":"{{page}}"},"created_at":"2021-01-02T00:00:00Z","body":"x"}]
          """;

    private static Task<Import> ImportAsync(ImportWorkshop workshop, string file) =>
        workshop.ImportAsync(new ImportOptions(), new MemoryStream(Encoding.UTF8.GetBytes(file)));

    private static Task<Commenter> SignInAsync(ImportWorkshop workshop, ProvenAccount account) =>
        workshop.Handler<RecordCommenter>().HandleAsync(account, Cancellation);

    private static Authority Root(ImportWorkshop workshop) => new(workshop.Administrator, null, SiteRole.Administrator, ActedVia.Admin);

    private static async Task<IReadOnlyList<ListClaims.Item>> WaitingAsync(ImportWorkshop workshop) =>
        (await workshop.Handler<ListClaims>().HandleAsync(Root(workshop), Cancellation)).Value!;

    private async Task<Commenter> AuthorAsync()
    {
        await using var database = await _application.OpenDatabaseAsync();
        return (await database.Comments.AsNoTracking().Include(c => c.Commenter).SingleAsync(Cancellation)).Commenter!;
    }
}
