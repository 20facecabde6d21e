using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>Twikoo's export, and what MongoDB's tools export of it: a list, <c>results</c>, or a row on each line.</summary>
internal sealed class TwikooJson : JsonFormat
{
    public override string Name => "twikoo";

    public override string Title => "Twikoo";

    protected override JsonShape Shape { get; } = new(["[]", "results[]", "data[]"], ["results", "data", "code", "result"]);

    protected override bool Recognises(JsonHead head) =>
        head.Has("_id", "comment", "url", "nick") && !head.Has("insertedAt") && !head.Has("objectId");

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        // The path: what the page's address was when somebody wrote may be that of a preview.
        var page = row.Text("url") ?? row.Text("href") ?? "";
        target.Add(PageTerm.Thread(page, row.Place, page));
        target.Add(row, row.Text("_id") ?? row.Text("id"), new SourceComment("", page, row.Place)
        {
            ParentId = row.Text("pid") ?? row.Text("rid"),
            PersonId = target.AddGuest(row, row.Text("nick"), row.Text("mail"), row.Text("link")),
            Text = row.Text("comment") ?? "",
            Markup = SourceMarkup.Html,
            PostedAt = row.Time("created"),
            State = row.Is("isSpam") ? CommentState.Spam : CommentState.Published,
            // "like" is what "ups" was called.
            UpVotes = Math.Max(row.Length("ups"), row.Length("like")),
            DownVotes = row.Length("downs"),
            IsPinned = row.Is("top"),
            NetworkAddress = row.Text("ip"),
        });
    }
}
