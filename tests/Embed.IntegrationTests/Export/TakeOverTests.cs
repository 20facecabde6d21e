using System.Text;
using System.Text.Json.Nodes;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;
using Embed.Server.Transfer.Importing;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;

namespace Embed.IntegrationTests.Export;

/// <summary>Files that are no export, or were made to do harm: each is refused with where and why, and the server is as empty as before.</summary>
public sealed class TakeOverTests(TakeOverTests.Servers servers) : IClassFixture<TakeOverTests.Servers>
{
    private static readonly (string Name, string Says, Action<JsonObject> Change)[] Wrong =
    [
        ("another format", "its format is another", export => export["format"] = "other"),
        ("a later version", "version “2”", export => export["version"] = 2),
        ("no version", "does not say its version", export => export.Remove("version")),
        ("a site that is none", "a site’s key", export => export["site"] = "No Site"),
        ("a list that is missing", "where the list votes belongs", export => export.Remove("votes")),
        ("a list that is not known", "“others”", export => export["others"] = new JsonArray()),
        ("its last list missing", "The file has no log", export => export.Remove("log")),
        ("a list that is none", "where the list comments belongs", export => export["comments"] = 5),
        ("a row that is none", "Row 1 of votes is no object", export => export["votes"] = new JsonArray(1)),
        ("a column that is missing", "Row 1 of comments is none that can be: its depth is missing", export => Comment(export).Remove("depth")),
        ("a column that is not known", "“secret”", export => Comment(export)["secret"] = "x"),
        ("null where there must be something", "its body is null", export => Comment(export)["body"] = null),
        ("a text that is none", "its body is no text", export => Comment(export)["body"] = 5),
        ("a number that is none", "its upVotes is no whole number", export => Comment(export)["upVotes"] = "5"),
        ("a number with a fraction", "its upVotes is no whole number", export => Comment(export)["upVotes"] = 1.5),
        ("a number below all", "its upVotes is no whole number", export => Comment(export)["upVotes"] = -1),
        ("an id beyond all", "its id is no whole number", export => Comment(export)["id"] = long.MaxValue),
        ("a word that is none", "its state is none of pending", export => Comment(export)["state"] = "gone"),
        ("a moment that is none", "its postedAt is no moment", export => Comment(export)["postedAt"] = "0000-00-00T00:00:00.000Z"),
        ("a GUID that is none", "its draftId is no GUID", export => Comment(export)["draftId"] = "x"),
        ("a name that is too long", "its name has 81 characters", export => Row(export, "people")["name"] = new string('x', 81)),
        ("a huge text", "its bodyHtml has 3000000 characters", export => Comment(export)["bodyHtml"] = new string('x', 3_000_000)),
        ("the same id twice", "Row 3 of comments has what another row has: Comments.Id", export => export["comments"]!.AsArray().Add(Comment(export).DeepClone())),
        ("the same place twice", "must differ", export => Copy(export, "comments", 90)),
        ("a vote for nothing", "is for nothing", export => Row(export, "votes")["value"] = 0),
        ("a vote on a comment that is not there", "has the commentId 999, which is not among the comments", export => Row(export, "votes")["commentId"] = 999),
        ("an author who is not there", "has the commenterId 999, which is not among the people", export => Comment(export)["commenterId"] = 999),
        ("a thread that is not there", "has the threadId 999", export => Comment(export)["threadId"] = 999),
        ("a site that is not there", "has the siteId 999", export => Row(export, "threads")["siteId"] = 999),
        ("an answer to nothing", "has the parentId 999", export => Reply(export)["parentId"] = 999),
        ("an answer to itself", "has another place", export => Reply(export)["parentId"] = (long)Reply(export)["id"]!),
        ("an answer to its answer", "has another place", export => (Comment(export)["parentId"], Comment(export)["rootId"]) = ((long)Reply(export)["id"]!, (long)Reply(export)["id"]!)),
        ("a place that is another's", "has another place", export => Reply(export)["path"] = "a7"),
        ("a depth that is not its own", "has another place", export => Reply(export)["depth"] = 7),
        ("a reply at top level", "has the place of a reply", export => Comment(export)["depth"] = 1),
        ("a comment of a deleted thread that is not", "deleted while the comment is not", export => Row(export, "threads")["deletedAt"] = "2026-01-01T00:00:00.000Z"),
        ("an alias of itself", "leads on", export => Row(export, "threads", 1)["aliasOfId"] = (long)Row(export, "threads", 1)["id"]!),
        ("a page that is a script", "at an address that is none", export => Row(export, "threads")["pageAddress"] = "javascript:alert(1)"),
        ("a site without a home", "its origins is no list of origins", export => Row(export, "sites")["origins"] = new JsonArray()),
        ("a home that is no origin", "its origins is no list of origins", export => Row(export, "sites")["origins"] = new JsonArray("javascript:alert(1)")),
        ("a key that is none", "has a key that is none", export => Row(export, "sites")["key"] = "../x"),
        ("a rule that is none", "its rules has a rule that is none", export => Row(export, "sites")["rules"] = JsonNode.Parse("""[{"condition":"Pattern","words":["("],"verdict":"Hold"}]""")),
        ("a rule of no kind", "its rules is of a shape", export => Row(export, "sites")["rules"] = JsonNode.Parse("""[{"condition":"Nothing"}]""")),
        ("a picture that is a page", "is no WebP", export => Row(export, "pictures")["bytes"] = Convert.ToBase64String("<script>"u8)),
        ("a picture by another's name", "a hash that is not its own", export => Row(export, "pictures")["hash"] = new string('x', 43)),
        ("a picture that is no base64", "its bytes is not base64", export => Row(export, "pictures")["bytes"] = "%"),
        ("an act that is none", "an act that is none", export => Row(export, "log")["act"] = "<b>"),
        ("changes that are none", "its changes is no list of changes", export => Row(export, "log")["changes"] = JsonNode.Parse("""[{"table":null}]""")),
        ("a change of no row", "a change that cannot have been", export => Row(export, "log")["changes"] = JsonNode.Parse("""[{"table":"Comments","key":{},"before":{"Body":"x"},"after":null}]""")),
        ("a change back to what would fail", "a change that cannot have been", export => Row(export, "log")["changes"] = JsonNode.Parse("""[{"table":"Sites","key":{"Id":1},"before":{"Origins":"[]"},"after":{"Origins":"[]"}}]""")),
        ("details that are no object", "its details is no object", export => Row(export, "log")["details"] = 5),
        ("details of another act", "details that are none of its act", export => Log(export, "thread-moved", "{}")),
        ("details with a null", "details that are none of its act", export => Log(export, "import-started", """{"import":1,"format":null,"file":"x"}""")),
        ("details with a text for a number", "details that are none of its act", export => Log(export, "import-undone", """{"import":"1","format":"x","file":"x"}""")),
        ("details of a claim that lack somebody", "details that are none of its act", export => Log(export, "claim-accepted", """{"person":"x","comments":1}""")),
        ("details of a ban without a moment", "details that are none of its act", export => Log(export, "commenter-banned", """{"commenter":1,"until":"some day"}""")),
        ("a change to a state that there is not", "a change that cannot have been", export => Change(export, "Comments", """{"State":99}""")),
        ("a change to a text that is a number", "a change that cannot have been", export => Change(export, "Comments", """{"Body":5}""")),
        ("a change to a moment beyond all", "a change that cannot have been", export => Change(export, "Comments", """{"PostedAt":999999999999999}""")),
        ("a change to a truth that is none", "a change that cannot have been", export => Change(export, "Threads", """{"IsClosed":2}""")),
        ("a change to a name without end", "a change that cannot have been", export => Change(export, "Commenters", $$"""{"Name":"{{new string('x', 81)}}"}""")),
        ("options that are none", "its options is no object", export => Import(export)["options"] = new JsonArray()),
        ("options of another shape", "its options is of a shape", export => Import(export)["options"] = JsonNode.Parse("""{"rewrites":5}""")),
        ("options without what they must have", "its options is of a shape", export => Import(export)["options"] = JsonNode.Parse("""{"rewrites":null}""")),
        ("a rewriting that is none", "its options is none that an import can have", export => Import(export)["options"] = JsonNode.Parse("""{"rewrites":[null]}""")),
        ("a rewriting of nothing", "its options is none that an import can have", export => Import(export)["options"] = JsonNode.Parse("""{"rewrites":[{"from":"","to":"x"}]}""")),
        ("more rewritings than there can be", "its options is none that an import can have", export => Import(export)["options"] = new JsonObject
        {
            ["rewrites"] = new JsonArray([.. Enumerable.Range(0, 51).Select(_ => JsonNode.Parse("""{"from":"a","to":"b"}"""))]),
        }),
        ("a way that there is not", "its options is none that an import can have", export => Import(export)["options"] = JsonNode.Parse("""{"via":99}""")),
        ("counts of another shape", "its counts is of a shape", export => Import(export)["counts"] = JsonNode.Parse("""{"comments":5}""")),
        ("counts that lack some", "its counts is of a shape", export => Import(export)["counts"] = JsonNode.Parse("""{"comments":{}}""")),
        ("counts below all", "its counts is no counts", export => Import(export)["counts"]!["comments"]!["imported"] = -1),
        ("counts beyond all", "its counts is no counts", export => Import(export)["counts"]!["turns"] = long.MaxValue),
        ("a state of an import that there is not", "its state is none of reading", export => Import(export)["state"] = "asleep"),
        ("a message without end", "its message has 1001 characters", export => Import(export)["message"] = new string('x', 1_001)),
        ("another GitHub than people sign in with here", "GitHub” are of the GitHub at “git.example”. On this server “GitHub” is github.com: set Embed:SignIn", export => export["gitHub"] = new JsonObject { ["GitHub"] = "git.example" }),
        ("a GitHub that is none here", "On this server “Work” is no GitHub that people sign in with: set Embed:SignIn", export => export["gitHub"] = new JsonObject { ["GitHub"] = "github.com", ["Work"] = "git.example" }),
        ("a GitHub that is no name", "are of the GitHub at “”", export => export["gitHub"] = new JsonObject { ["GitHub"] = 5 }),
        ("accounts of which GitHub it does not say", "which GitHub its accounts of GitHub are of", export => export["gitHub"] = new JsonObject()),
        ("no word of GitHub", "does not say its gitHub", export => export.Remove("gitHub")),
        ("GitHubs that are none", "does not say in gitHub", export => export["gitHub"] = "github.com"),
        ("a last id before the last", "is the last id of its comments", export => export["lastIds"]!["comments"] = 1),
        ("no last id", "does not say the last id", export => export["lastIds"]!.AsObject().Remove("comments")),
        ("the head behind the lists", "does not say its format", export =>
        {
            var format = export["format"]!.DeepClone();
            export.Remove("format");
            export["format"] = format;
        }),
    ];

    private static readonly (string Name, string Says, Func<string, string> Change)[] Broken =
    [
        ("nothing", "ends too early", _ => ""),
        ("no object", "no JSON object", _ => "[]"),
        ("no JSON", "it is no export of this server", text => "<xml/>" + text),
        ("cut off in the middle", "ends too early", text => text[..(text.Length / 2)]),
        ("cut off at its end", "ends too early", text => text[..^2]),
        ("more behind the end", "broken", text => text + "{}"),
        ("a name twice", "one twice: “bodyHtml”", text => text.Replace("\"bodyHtml\":", "\"bodyHtml\":\"x\",\"bodyHtml\":", StringComparison.Ordinal)),
        ("half a character", "its body has broken characters", text => text.Replace("\"body\":\"", "\"body\":\"\\ud800", StringComparison.Ordinal)),
        ("half a character in the log", "has broken characters", text => text.Replace("\"changes\":[{", "\"changes\":[{\"x\":\"\\ud800\",", StringComparison.Ordinal)),
        ("nested without end", "broken", text => text.Replace("\"details\":{", $"\"details\":{{\"x\":{new string('[', 10_000)}", StringComparison.Ordinal)),
        ("a comment in it", "The file is no JSON", text => "/* */" + text),
    ];

    public static TheoryData<string> AllWrong => [.. Wrong.Select(one => one.Name)];

    public static TheoryData<string> AllBroken => [.. Broken.Select(one => one.Name)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AllWrong))]
    public async Task A_file_that_was_changed_is_refused(string name)
    {
        var (_, says, change) = Wrong.Single(one => one.Name == name);
        var export = (JsonObject)JsonNode.Parse(servers.Export)!;
        change(export);

        await AssertRefusedAsync(Encoding.UTF8.GetBytes(export.ToJsonString()), says);
    }

    [Theory]
    [MemberData(nameof(AllBroken))]
    public async Task A_file_that_is_broken_is_refused(string name)
    {
        var (_, says, change) = Broken.Single(one => one.Name == name);

        await AssertRefusedAsync(Encoding.UTF8.GetBytes(change(servers.Export)), says);
    }

    [Fact]
    public async Task A_server_that_has_something_is_left_alone()
    {
        await using var taken = new EmbedApplication();
        var before = await taken.ExportBytesAsync();

        var fault = await Assert.ThrowsAsync<ImportFileException>(() => taken.TakeOverAsync(Encoding.UTF8.GetBytes(servers.Export)));

        Assert.Contains("has sites already", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await taken.ExportBytesAsync());
    }

    [Fact]
    public async Task Stopped_in_the_middle_nothing_is_there_and_it_can_be_begun_anew()
    {
        await using var empty = Servers.EmptyServer();
        using var stop = new CancellationTokenSource();
        void Stop(string part, long rows)
        {
            if (part == "votes")
            {
                stop.Cancel();
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => empty.TakeOverAsync(Encoding.UTF8.GetBytes(servers.Export), Stop, stop.Token));
        Assert.Equal(0, await empty.CountRowsAsync());

        await empty.TakeOverAsync(Encoding.UTF8.GetBytes(servers.Export));
        Assert.Equal(servers.Export, Encoding.UTF8.GetString(await empty.ExportBytesAsync()));
    }

    [Fact]
    public async Task Forged_HTML_is_made_harmless_wherever_it_is_or_could_come_back_from()
    {
        const string Forged = "<p>Text<script>alert(1)</script><img src=x onerror=alert(1)></p>";
        var export = (JsonObject)JsonNode.Parse(servers.Export)!;
        Comment(export)["bodyHtml"] = Forged;
        Reply(export)["bodyHtml"] = string.Concat(Enumerable.Repeat("<blockquote>", 5_000)) + "x";
        Row(export, "threads")["noteHtml"] = Forged;
        var change = new JsonObject
        {
            ["table"] = "Comments",
            ["key"] = new JsonObject { ["Id"] = 1 },
            ["before"] = new JsonObject { ["BodyHtml"] = Forged },
            ["after"] = new JsonObject { ["BodyHtml"] = "<p dir=\"auto\">Text</p>" },
        };
        Row(export, "log")["changes"] = new JsonArray(change.DeepClone());
        AddUpdate(export, change);
        await using var empty = Servers.EmptyServer();

        var taken = await empty.TakeOverAsync(export);

        Assert.Equal(5, taken.Cleaned);
        await using var database = await empty.OpenDatabaseAsync();
        var html = await database.Comments.OrderBy(c => c.Id).Select(c => c.BodyHtml).ToListAsync(Cancellation);
        Assert.Equal(["<p dir=\"auto\">Text</p>", ""], html);
        Assert.Equal("<p dir=\"auto\">Text</p>", await database.Threads.OrderBy(t => t.Id).Select(t => t.NoteHtml).FirstAsync(Cancellation));
        var changes = await database.ModerationLog.OrderBy(e => e.Id).Select(e => e.Changes).FirstAsync(Cancellation);
        var update = await database.ImportUpdates.Select(u => u.Changes).SingleAsync(Cancellation);
        Assert.All(new[] { changes, update }, written =>
        {
            Assert.DoesNotContain("script", written, StringComparison.Ordinal);
            Assert.Contains("Text", written, StringComparison.Ordinal);
        });
    }

    /// <summary>An import that has changed something.</summary>
    private static void AddUpdate(JsonObject export, JsonObject change)
    {
        export["imports"] = new JsonArray(new JsonObject
        {
            ["id"] = 1,
            ["siteId"] = (long)Row(export, "sites")["id"]!,
            ["format"] = "disqus",
            ["fileName"] = "x",
            ["startedById"] = (long)Row(export, "people")["id"]!,
            ["state"] = "done",
            ["options"] = new JsonObject(),
            ["position"] = 0,
            ["counts"] = new JsonObject(),
            ["message"] = "",
            ["createdAt"] = "2026-01-31T12:00:00.000Z",
            ["endedAt"] = null,
        });
        export["importUpdates"] = new JsonArray(new JsonObject
        {
            ["id"] = 1,
            ["importId"] = 1,
            ["kind"] = "comment",
            ["targetId"] = 1,
            ["authorId"] = null,
            ["upVotes"] = -1,
            ["downVotes"] = 0,
            ["changes"] = new JsonArray(change.DeepClone()),
        });
        (export["lastIds"]!["imports"], export["lastIds"]!["importUpdates"]) = (1, 1);
    }

    private async Task AssertRefusedAsync(byte[] file, string says)
    {
        var fault = await Assert.ThrowsAsync<ImportFileException>(() => servers.Empty.TakeOverAsync(file));

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await servers.Empty.CountRowsAsync());
    }

    private static JsonObject Comment(JsonObject export) => Row(export, "comments");

    private static JsonObject Reply(JsonObject export) => Row(export, "comments", 1);

    private static JsonObject Import(JsonObject export) => Row(export, "imports");

    private static void Log(JsonObject export, string act, string details) =>
        (Row(export, "log")["act"], Row(export, "log")["details"]) = (act, JsonNode.Parse(details));

    private static void Change(JsonObject export, string table, string row) => Row(export, "log")["changes"] =
        new JsonArray(new JsonObject { ["table"] = table, ["key"] = new JsonObject { ["Id"] = 1 }, ["before"] = JsonNode.Parse(row), ["after"] = JsonNode.Parse(row) });

    private static JsonObject Row(JsonObject export, string list, int number = 0) => export[list]![number]!.AsObject();

    private static void Copy(JsonObject export, string list, long id)
    {
        var copy = Row(export, list).DeepClone().AsObject();
        (copy["id"], copy["draftId"]) = (id, Guid.NewGuid());
        export[list]!.AsArray().Add(copy);
    }

    /// <summary>An export to change, and a server that stays empty as long as nothing is taken over.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        public EmbedApplication Empty { get; } = EmptyServer();

        /// <summary>Two threads, a comment with a reply, a vote, a picture, an import and entries of the log.</summary>
        public string Export { get; private set; } = "";

        /// <summary>A server without anything, where people sign in as where the export is from.</summary>
        public static EmbedApplication EmptyServer()
        {
            var application = ExportWorkshop.EmptyServer();
            application.UseGitHub();
            return application;
        }

        public async ValueTask InitializeAsync()
        {
            await using var from = new EmbedApplication();
            from.UseGitHub();
            var page = EmbedApplication.NewPage();
            using var ada = await Person.SignInAsync(from, "Ada");
            using var bob = await Person.SignInAsync(from, "Bob");
            var comment = await ada.PostAsync(page, "First");
            var reply = await bob.PostAsync(page, "Second", comment);
            using var vote = await bob.VoteAsync(comment, 1);
            var moves = await ThreadMoves.OpenAsync(from);
            await moves.ChangeAsync(new(Note: "*Note*"), await moves.ThreadOfAsync(reply));
            await moves.MoveAsync(await moves.ThreadOfAsync(reply), EmbedApplication.NewPage());
            await RandomServer.AddPictureAsync(from, ada.Id);
            await using (var database = await from.OpenDatabaseAsync())
            {
                database.Imports.Add(new Import
                {
                    SiteId = await from.SiteIdAsync(),
                    Format = "disqus",
                    FileName = "bakery.xml",
                    StartedById = ada.Id,
                    State = ImportState.Done,
                    Options = new ImportOptions { Rewrites = [new("old.example", EmbedApplication.Origin)] }.Write(),
                    Position = 1,
                    Counts = new ImportCounts(new(1), new(1), new(1), new()) { Turns = 1 }.Write(),
                    CreatedAt = from.Clock.GetUtcNow(),
                });
                await database.SaveChangesAsync(Cancellation);
            }

            Export = Encoding.UTF8.GetString(await from.ExportBytesAsync());
        }

        public ValueTask DisposeAsync() => Empty.DisposeAsync();
    }
}
