using System.Text.Json;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>
/// Cusdis has no export of its own. Read is what its interface answers (comments with their page and their replies in them, page
/// after page), and its database's tables as <c>pages</c> and <c>comments</c>.
/// </summary>
internal sealed class CusdisJson : JsonFormat
{
    private const string Pages = "pages[]";
    private const char Nested = 'n';

    public override string Name => "cusdis";

    public override string Title => "Cusdis";

    // A comment of the interface has all its replies in it.
    protected override JsonShape Shape { get; } = new(
        [Pages, "comments[]", "data.data[]", "[].data.data[]", "[]"], ["data", "pages", "comments"])
    {
        MaxRowBytes = 32 * 1024 * 1024,
    };

    protected override bool Recognises(JsonHead head) => head.Has("by_nickname") || head.Has("pages", "slug");

    // The moderator's list has each reply twice: by itself without its parent, and in its parent.
    protected override void Prepare(ImportSource source, JsonTarget target, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = source.Open();
            foreach (var row in JsonRows.Read(stream, Shape, cancellationToken))
            {
                if (row.Element is { ValueKind: JsonValueKind.Object } element && row.Path != Pages)
                {
                    foreach (var reply in RepliesOf(new JsonFields(element, row.Place)))
                    {
                        target.IsNew(Nested, reply.Text("id") ?? "");
                    }
                }
            }
        }
        catch (ImportFileException)
        {
            // Told when what comes before it has been read.
        }
    }

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        if (path == Pages)
        {
            AddPage(row, row.Text("id"), target);
        }
        else if (row.Text("id") is not { } id || row.Has("parentId") || target.IsNew(Nested, id))
        {
            Read(row, row.Text("parentId"), row.Text("pageId") ?? "", target);
        }
    }

    private static void Read(JsonFields row, string? parent, string thread, JsonTarget target)
    {
        var page = row.Child("page");
        thread = AddPage(page, page.Text("id"), target) ?? thread;
        var id = row.Text("id");
        // In the interface's lists a reply to a reply is in both.
        if (id is null || !row.Has("page") || target.IsNew('c', id))
        {
            target.Add(row, id, new SourceComment("", thread, row.Place)
            {
                ParentId = parent,
                PersonId = target.AddGuest(row, row.Text("by_nickname") ?? row.Child("moderator").Text("displayName"), row.Text("by_email"), null),
                Text = row.Text("content") ?? "",
                PostedAt = row.Time("createdAt") ?? row.Time("created_at"),
                // What everybody may read comes without saying that it was approved.
                State = row.Has("deletedAt") || row.Has("deleted_at") ? CommentState.Deleted
                    : row.Has("approved") && !row.Is("approved") ? CommentState.Pending : CommentState.Published,
            });
        }

        foreach (var reply in row.Child("replies").List("data"))
        {
            Read(new JsonFields(reply, row.Place), id, thread, target);
        }
    }

    private static IEnumerable<JsonFields> RepliesOf(JsonFields row) => row.Child("replies").List("data")
        .Select(reply => new JsonFields(reply, row.Place)).SelectMany(reply => RepliesOf(reply).Prepend(reply));

    private static string? AddPage(JsonFields page, string? id, JsonTarget target)
    {
        if (id is not null)
        {
            target.Add(PageTerm.Thread(id, page.Place, page.Text("url") ?? page.Text("slug")) with
            {
                Title = page.Text("title"),
                CreatedAt = page.Time("createdAt") ?? page.Time("created_at"),
            });
        }

        return id;
    }
}
