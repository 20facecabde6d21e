using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>Artalk's export, called artrans: a list of comments in which every value is a text.</summary>
internal sealed class ArtalkJson : JsonFormat
{
    public override string Name => "artalk";

    public override string Title => "Artalk";

    protected override JsonShape Shape { get; } = new(["[]"]);

    protected override bool Recognises(JsonHead head) => head.IsList && head.Has("page_key", "content", "rid");

    protected override void ReadRow(string path, JsonFields row, JsonTarget target)
    {
        var thread = ThreadOf(row);
        target.Add(thread);
        target.Add(row, row.Text("id"), new SourceComment("", thread.Id, row.Place)
        {
            ParentId = row.Text("rid") is { } parent && parent != "0" ? parent : null,
            PersonId = target.AddGuest(row, row.Text("nick"), row.Text("email"), row.Text("link")),
            Text = row.Text("content") ?? "",
            PostedAt = row.Time("created_at"),
            State = row.Is("is_pending") ? CommentState.Pending : CommentState.Published,
            UpVotes = row.Count("vote_up"),
            DownVotes = row.Count("vote_down"),
            IsPinned = row.Is("is_pinned"),
            NetworkAddress = row.Text("ip"),
        });
    }

    // One file may have several sites, and the same path in each.
    private static SourceThread ThreadOf(JsonFields row)
    {
        var key = row.Text("page_key") ?? "";
        var thread = PageTerm.Thread($"{row.Text("site_name")}\n{key}", row.Place, key);
        var site = (row.Text("site_urls") ?? "").Split(',', StringSplitOptions.TrimEntries)
            .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null)
            .FirstOrDefault(address => address is { IsLoopback: false });
        return thread with
        {
            Address = thread.Address is ['/', ..] path && site is not null ? site.GetLeftPart(UriPartial.Authority) + path : thread.Address,
            Title = row.Text("page_title"),
            // Only administrators may comment there.
            IsClosed = row.Is("page_admin_only"),
        };
    }
}
