using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Embed.Server.Model;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>Files on their way in, and reports on their way out.</summary>
public sealed class ImportEndpointTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private const string Upload = "/admin/imports/upload";
    private const string Mail = "ada@example.com";
    private const string Network = "203.0.113.77";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ImportsFolder => Path.Combine(application.DataFolder, "imports");

    [Theory]
    [InlineData(Role.Moderator)]
    [InlineData(Role.Owner)]
    internal async Task Only_administrators_send_files_and_nothing_is_kept_of_others(Role role)
    {
        using var browser = await SignedIn.OpenAsync(application, role);

        using var refused = await browser.PostAsync(Form());

        Assert.Equal((HttpStatusCode.Forbidden, "not-allowed"), await RefusalOfAsync(refused));
        Assert.False(HasUploads());
    }

    [Fact]
    public async Task Without_the_pages_token_in_a_header_the_body_is_not_even_read()
    {
        using var browser = await SignedIn.OpenAsync(application, Role.Administrator);
        var inForm = Form();
        inForm.Add(new StringContent(browser.Token), "__RequestVerificationToken");

        using var missing = await browser.PostAsync(inForm, token: null);
        using var wrong = await browser.PostAsync(Form(), token: "made up");

        Assert.Equal((HttpStatusCode.BadRequest, "form-expired"), await RefusalOfAsync(missing));
        Assert.Equal((HttpStatusCode.BadRequest, "form-expired"), await RefusalOfAsync(wrong));
        Assert.False(HasUploads());
    }

    [Fact]
    public async Task A_file_that_says_it_is_too_large_is_refused_before_it_comes()
    {
        using var browser = await SignedIn.OpenAsync(application, Role.Administrator);

        using var refused = await browser.PostAsync(new Endless());

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "import-too-large"), await RefusalOfAsync(refused));
        Assert.False(HasUploads());
    }

    [Fact]
    public async Task What_is_no_such_form_is_refused_and_leaves_nothing()
    {
        using var browser = await SignedIn.OpenAsync(application, Role.Administrator);
        foreach (var content in new HttpContent[]
        {
            new StringContent("{}", Encoding.UTF8, "application/json"),
            new MultipartFormDataContent { { new StringContent("x"), "file", "x.xml" } },
            new MultipartFormDataContent { { new StringContent("no JSON"), "import" } },
            new MultipartFormDataContent { { new StringContent("{}"), "import" }, { new StringContent("x"), "file", "x.xml" } },
            new MultipartFormDataContent { { new StringContent("""{"site":"test","format":"auto","keepsPrivate":false,"rewrites":[null]}"""), "import" }, { new StringContent("x"), "file", "x.xml" } },
            new MultipartFormDataContent { { new StringContent("""{"site":"test","format":"auto","keepsPrivate":false,"rewrites":[]}"""), "import" }, { new StringContent("x"), "file" } },
            new MultipartFormDataContent { { new StringContent(new string(' ', 2_000_000)), "import" } },
            new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=import\r\n\r\n{"u8.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } },
        })
        {
            using var refused = await browser.PostAsync(content);
            Assert.Equal((HttpStatusCode.BadRequest, "request-invalid"), await RefusalOfAsync(refused));
        }

        using var unknown = await browser.PostAsync(Form(site: "nowhere"));
        Assert.Equal((HttpStatusCode.NotFound, "site-not-found"), await RefusalOfAsync(unknown));
        Assert.False(HasUploads());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_is_planned_and_its_report_is_for_administrators_and_names_nobody(bool keepsPrivate)
    {
        using var browser = await SignedIn.OpenAsync(application, Role.Administrator);
        using var moderator = await SignedIn.OpenAsync(application, Role.Moderator);

        using var taken = await browser.PostAsync(Form(keepsPrivate));

        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        var id = (await taken.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetInt64();
        Assert.Equal($"/admin/imports/{id}", taken.Headers.Location?.OriginalString);
        var import = await EndAsync(id);
        Assert.Equal((ImportState.Planned, "disqus", "bakery.xml"), (import.State, import.Format, import.FileName));
        var (address, table) = ($"/admin/imports/{id}/report", $"/admin/imports/{id}/report?format=csv");
        using var refused = await moderator.GetAsync(address);
        Assert.Equal((HttpStatusCode.Forbidden, "not-allowed"), await RefusalOfAsync(refused));
        using var lines = await browser.GetAsync(address);
        using var cells = await browser.GetAsync(table);
        Assert.Equal(($"import-{id}.ndjson", $"import-{id}.csv"), (lines.Content.Headers.ContentDisposition?.FileName, cells.Content.Headers.ContentDisposition?.FileName));
        var (text, csv) = (await lines.Content.ReadAsStringAsync(Cancellation), Encoding.UTF8.GetString(await cells.Content.ReadAsByteArrayAsync(Cancellation)));
        Assert.Contains("\"comment 11\"", text, StringComparison.Ordinal);
        Assert.StartsWith("\uFEFFkind,place,what,outcome,note\r\n", csv, StringComparison.Ordinal);
        Assert.All(new[] { text, csv }, report => Assert.DoesNotMatch($"{Mail}|{Network}|Ada", report));

        Assert.Null((await Handler<RunPlanned>().HandleAsync(browser.Commenter, ActedVia.Admin, id, Cancellation)).Refusal);
        Assert.Equal(ImportState.Done, (await EndAsync(id)).State);
        await using var database = await application.OpenDatabaseAsync();
        var person = await database.ImportedPeople.AsNoTracking().SingleAsync(p => p.ImportId == id, Cancellation);
        Assert.Equal(keepsPrivate ? (Mail, Network) : (null, null), (person.Email, person.NetworkAddress));
        Assert.Null((await Handler<UndoImport>().HandleAsync(browser.Commenter, ActedVia.Admin, id, Cancellation)).Refusal);
        Assert.Equal(ImportState.Undone, (await EndAsync(id)).State);
    }

    [Fact]
    public async Task A_file_for_which_there_is_no_room_is_refused()
    {
        using var browser = await SignedIn.OpenAsync(application, Role.Administrator);
        var request = new StartImport.Request(EmbedApplication.Site, ReadSource.Auto, "bakery.xml", new ImportOptions());

        var told = await Handler<StartImport>().HandleAsync(browser.Commenter, ActedVia.Admin, request with { Length = long.MaxValue }, Stream.Null, Cancellation);

        Assert.Equal(Refusal.DiskFull, told.Refusal);
        Assert.False(HasUploads());
    }

    private T Handler<T>()
        where T : notnull => application.Services.GetRequiredService<T>();

    private bool HasUploads() => Directory.Exists(ImportsFolder) && Directory.GetDirectories(ImportsFolder, "upload-*").Length > 0;

    private static MultipartFormDataContent Form(bool keepsPrivate = false, string site = EmbedApplication.Site) => new()
    {
        { JsonContent.Create(new { site, format = "auto", keepsPrivate, rewrites = new[] { new { from = "old.example", to = EmbedApplication.Origin } } }), "import" },
        {
            new StringContent(
                $"""
                 <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
                 <thread dsq:id="1"><link>http://old.example/rye</link></thread>
                 <post dsq:id="11"><message>Rye</message><createdAt>2019-03-01T10:00:00Z</createdAt><ipAddress>{Network}</ipAddress>
                 <author><name>Ada</name><email>{Mail}</email></author><thread dsq:id="1"/></post>
                 </disqus>
                 """),
            "file", "bakery.xml"
        },
    };

    private static async Task<(HttpStatusCode, string?)> RefusalOfAsync(HttpResponseMessage answer) =>
        (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());

    private async Task<Import> EndAsync(long id)
    {
        var runner = Handler<ImportRunner>();
        using var changed = new SemaphoreSlim(0);
        void Note() => changed.Release();
        runner.Changed += Note;
        try
        {
            while (true)
            {
                await using var database = await application.OpenDatabaseAsync();
                var import = await database.Imports.AsNoTracking().SingleAsync(i => i.Id == id, Cancellation);
                if (runner.Progress is null && import.State is not (ImportState.Reading or ImportState.Writing or ImportState.Undoing))
                {
                    return import;
                }

                await changed.WaitAsync(Cancellation);
            }
        }
        finally
        {
            runner.Changed -= Note;
        }
    }

    /// <summary>A body that says it is longer than any file may be; whoever reads it waits for ever.</summary>
    private sealed class Endless : HttpContent
    {
        public Endless()
        {
            Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
            Headers.ContentLength = StartImport.MaxFileBytes * 2;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.Delay(Timeout.Infinite, Cancellation);

        protected override bool TryComputeLength(out long length)
        {
            length = StartImport.MaxFileBytes * 2;
            return true;
        }
    }

    /// <summary>A browser at the admin pages, with the token that their document has.</summary>
    private sealed class SignedIn : IDisposable
    {
        private readonly HttpClient _http;
        private readonly string _cookies;

        private SignedIn(HttpClient http, string cookies, string token, Commenter commenter) =>
            (_http, _cookies, Token, Commenter) = (http, cookies, token, commenter);

        public string Token { get; }

        public Commenter Commenter { get; }

        public static async Task<SignedIn> OpenAsync(EmbedApplication application, Role role)
        {
            var (commenter, _) = await application.MakeSessionAsync("Olga", role);
            var cookie = await OwnOrigin.CookieAsync(application, commenter.Id);
            var http = application.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
            using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/imports/new");
            request.Headers.Add("Cookie", cookie);
            using var document = await http.SendAsync(request, Cancellation);
            var form = document.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("embed-form=", StringComparison.Ordinal)).Split(';')[0];
            var token = ThreadReader.Parse(await document.Content.ReadAsStringAsync(Cancellation))
                .QuerySelector("#sign-out [name=__RequestVerificationToken]")!.GetAttribute("value")!;
            await using var database = await application.OpenDatabaseAsync();
            var known = await database.Commenters.AsNoTracking().Include(c => c.Accounts).SingleAsync(c => c.Id == commenter.Id, Cancellation);
            return new SignedIn(http, $"{cookie}; {form}", token, known);
        }

        public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

        public Task<HttpResponseMessage> PostAsync(HttpContent content) => PostAsync(content, Token);

        public Task<HttpResponseMessage> PostAsync(HttpContent content, string? token)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, Upload) { Content = content };
            if (token is not null)
            {
                request.Headers.Add("RequestVerificationToken", token);
            }

            return SendAsync(request);
        }

        public void Dispose() => _http.Dispose();

        private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            using (request)
            {
                request.Headers.Add("Cookie", _cookies);
                return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            }
        }
    }
}
