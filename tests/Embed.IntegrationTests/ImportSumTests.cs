using System.Text;
using Embed.IntegrationTests.Export;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;

namespace Embed.IntegrationTests;

/// <summary>Each row of a file is in the report once, with one outcome: nothing is lost between the two, and nothing counted twice.</summary>
public sealed class ImportSumTests : IAsyncDisposable
{
    private static readonly string[] Fixtures =
    [
        "isso/disqus.xml", "isso/wordpress.xml", "isso/generic.json", "remark42/commento.json", "remark42/disqus.xml", "remark42/disqus-deleted-post.xml",
        "remark42/disqus-deleted-thread.xml",
    ];

    /// <summary>A file of each format, with what can be imported, what cannot, and what comes twice.</summary>
    private static readonly (string Format, string File)[] Samples =
    [
        ("disqus", """
            <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="1"><link>https://blog.example/rye</link></thread>
            <thread dsq:id="2"><link>https://blog.example/rye/</link></thread><thread dsq:id="2"><link>https://blog.example/oat</link></thread><thread/><thread dsq:id="3"><isDeleted>true</isDeleted></thread>
            <post dsq:id="1"><message>1</message><thread dsq:id="1"/></post><post dsq:id="2"><message>2</message><thread dsq:id="2"/></post><post dsq:id="2"><message>2</message><thread dsq:id="2"/></post>
            <post dsq:id="3"><message>3</message><thread dsq:id="3"/></post><post><message>4</message></post><post dsq:id="5"><thread dsq:id="1"/><parent dsq:id="6"/></post></disqus>
            """),
        ("wordpress", """
            <rss xmlns:wp="http://wordpress.org/export/1.1/"><channel><item><link>https://blog.example/rye</link><wp:post_id>1</wp:post_id>
            <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content>1</wp:comment_content></wp:comment><wp:comment><wp:comment_type>pingback</wp:comment_type></wp:comment></item>
            <item><link>https://blog.example/rye</link><wp:post_id>1</wp:post_id><wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_content>2</wp:comment_content></wp:comment></item>
            <item><link>https://blog.example/oat</link><wp:post_id>1</wp:post_id><wp:comment><wp:comment_content>3</wp:comment_content></wp:comment></item></channel></rss>
            """),
        ("isso-generic", """[{"id":"/rye","comments":[{"author":"a","created":0,"text":"1"},7]},{"id":"/rye","comments":[{"text":"2"}]},{"comments":[{"text":"3"}]}]"""),
        ("remark42", """
            {"version":1,"users":[],"posts":[]}
            {"id":"1","pid":"","text":"1","user":{"id":"u","name":"a"},"locator":{"url":"https://blog.example/rye"},"time":"2020-01-01T00:00:00Z"}
            {"id":"1","pid":"","text":"1","user":{"id":"u","name":"a"},"locator":{"url":"https://blog.example/rye"},"time":"2020-01-01T00:00:00Z"}
            {"id":"2","text":"2"}
            no JSON
            {"id":"3","pid":"4","text":"3","locator":{"url":"https://blog.example/rye"}}

            """),
        ("commento", """
            {"version":1,"comments":[{"commentHex":"a","url":"https://blog.example/rye","commenterHex":"b","markdown":"1","parentHex":"root","state":"approved","creationDate":"2020-01-01T00:00:00Z"},
             {"url":"https://blog.example/rye","markdown":" "},7,{"commentHex":"c","url":"https://else.example/","markdown":"2"}],"commenters":[{"commenterHex":"b","name":"a"},{"name":"c"}]}
            """),
        ("comentario", """
            {"version":3,"pages":[{"id":"p","domainId":"d","path":"/rye","isReadonly":false},{"path":"/oat"}],"comments":[{"id":"c","pageId":"p","markdown":"1","isApproved":true,"createdTime":"2020-01-01T00:00:00Z","userCreated":"u"},
             {"id":"d","pageId":"q","markdown":"2","isApproved":true}],"commenters":[{"id":"u","name":"a"},{"name":"b"}]}
            """),
        ("artalk", """[{"id":"1","rid":"0","content":"1","page_key":"/rye","nick":"a","email":"a@a.example"},{"id":"1","rid":"0","content":"1","page_key":"/rye","nick":"a","email":"a@a.example"},{"id":"2","rid":"9","content":"2","page_key":"/rye"},7]"""),
        ("waline", """{"type":"waline","version":1,"tables":["Comment","Users"],"data":{"Comment":[{"objectId":1,"user_id":1,"comment":"1","insertedAt":"2020-01-01T00:00:00Z","url":"/rye","status":"approved"},{"comment":""}],"Users":[{"objectId":1,"display_name":"a"},{"display_name":"b"}]}}"""),
        ("twikoo", """[{"_id":"1","nick":"a","url":"/rye","comment":"1","created":1600000000000,"mailMd5":"x"},{"_id":"1","nick":"a","url":"/rye","comment":"2","created":1600000000000,"pid":"9"},{"url":"/rye"}]"""),
        ("cusdis", """{"data":{"commentCount":2,"data":[{"id":"x","page":{"id":"p","slug":"rye","url":"https://blog.example/rye"},"content":"x","by_nickname":"a"},{"content":"","page":{"id":"p"}},7]}}"""),
        ("giscus", """{"data":{"repository":{"discussions":{"nodes":[{"id":"D","title":"rye","createdAt":"2020-01-01T00:00:00Z","comments":{"nodes":[{"id":"c","createdAt":"2020-01-01T00:00:00Z","body":"1","author":{"login":"a","avatarUrl":"https://avatars.githubusercontent.com/u/6?v=4"},"replies":{"nodes":[{"id":"r","createdAt":"2020-01-01T00:00:00Z","body":"2"}]}}]}},{"id":"E"}]}}}}"""),
        ("utterances", """
            [{"url":"https://api.github.com/repos/a/b/issues/7","comments_url":"x","number":7,"title":"rye","locked":false},{"number":8,"title":"Fix","pull_request":{}}]
            [{"url":"https://api.github.com/repos/a/b/issues/comments/1","issue_url":"https://api.github.com/repos/a/b/issues/7","id":1,"user":{"login":"o","id":5},"created_at":"2020-01-01T00:00:00Z","body":"1"},
             {"url":"https://api.github.com/repos/a/b/issues/comments/2","issue_url":"https://api.github.com/repos/a/b/issues/9","id":2,"created_at":"2020-01-01T00:00:00Z","body":"2"}]
            """),
    ];

    private readonly EmbedApplication _application = new();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Of_each_format_every_row_is_reported_once()
    {
        await using var from = new EmbedApplication();
        await RandomServer.FillAsync(from, 12);
        List<(string Format, byte[] File)> files =
        [
            .. Samples.Select(sample => (sample.Format, Encoding.UTF8.GetBytes(sample.File))),
            ("isso", HostileFiles.Of("isso", [new("1"), new("1"), new("2", "3"), new("4", Minute: null)])),
            ("embed", await from.ExportBytesAsync(EmbedApplication.Site)),
        ];

        Assert.Equal(ImportFormats.All.Select(format => format.Name).Order(), files.Select(file => file.Format).Order());
        await AssertSumsAsync(files);
    }

    [Fact]
    public Task Of_each_file_that_other_projects_test_with_too() =>
        AssertSumsAsync(Fixtures.Select(name => (name, File.ReadAllBytes(Embed.Tests.Fixtures.PathOf(name)))));

    private async Task AssertSumsAsync(IEnumerable<(string Name, byte[] File)> files)
    {
        var workshop = await ImportWorkshop.OpenAsync(_application);
        foreach (var (name, file) in files)
        {
            var read = Read(name, file);
            // Twice: what is there already is counted as well.
            foreach (var round in new[] { 1, 2 })
            {
                var import = await workshop.ImportAsync(new ImportOptions(), new MemoryStream(file));

                var counts = ImportCounts.Of(import);
                Assert.Equal((name, round, ""), (name, round, import.Message));
                Assert.Equal(
                    (name, round, read.Comments, read.Threads.Count + read.OtherThreads, read.People.Count + read.OtherPeople, read.Others),
                    (name, round, counts.Comments.All, counts.Threads.All, counts.People.All, counts.Others.All));
                Assert.Equal(read.Comments, (await workshop.ReportAsync(import.Id, ReportKind.Comment)).Count);
            }

            Assert.NotEqual((name, 0), (name, read.Comments));
        }
    }

    private static CountedRows Read(string name, byte[] file)
    {
        var (path, rows) = (Path.GetTempFileName(), new CountedRows());
        try
        {
            File.WriteAllBytes(path, file);
            var source = new ImportSource(path);
            var format = ImportFormats.All.FirstOrDefault(format => format.Name == name) ?? ImportFormats.Recognise(ImportFormats.All, source);
            format.Read(source, rows, TestContext.Current.CancellationToken);
            return rows;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>How many rows a file has: a thread that is told twice is one, unless it is told otherwise.</summary>
    private sealed class CountedRows : IImportSink
    {
        public HashSet<string> Threads { get; } = new(StringComparer.Ordinal);

        public HashSet<string> People { get; } = new(StringComparer.Ordinal);

        public long Comments { get; private set; }

        public long OtherThreads { get; private set; }

        public long OtherPeople { get; private set; }

        public long Others { get; private set; }

        private readonly Dictionary<string, string?> _addresses = new(StringComparer.Ordinal);

        public void Add(SourceThread thread)
        {
            if (!Threads.Add(thread.Id) && _addresses[thread.Id] != thread.Address)
            {
                OtherThreads++;
            }

            _addresses.TryAdd(thread.Id, thread.Address);
        }

        public void Add(SourcePerson person) => People.Add(person.Id);

        public void Add(SourceComment comment) => Comments++;

        public void Skip(string place, string what, string why, string? id = null)
        {
            switch (what.Split(' ')[0])
            {
                case "comment":
                    Comments++;
                    break;
                case "thread" or "page":
                    OtherThreads++;
                    break;
                case "person" or "user" or "commenter":
                    OtherPeople++;
                    break;
                default:
                    Others++;
                    break;
            }
        }
    }
}
