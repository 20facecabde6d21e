using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Queue;

/// <summary>A comment in the queue.</summary>
public partial class QueueRow
{
    // Of those that were read; the number says how many there are.
    private const int MostFlags = 10;

    private Form? _form;
    private string _text = "";
    private ElementReference _field;
    private bool _isOpening;
    private bool _isSending;

    // What it was written over: the text, and the revision that had it.
    private sealed record Form(bool IsReply, Guid DraftId, int Revision, string Source);

    /// <summary>The comment.</summary>
    [Parameter, EditorRequired]
    public required QueueItem Item { get; set; }

    /// <summary>Its place in the list, from 1.</summary>
    [Parameter, EditorRequired]
    public required int Place { get; set; }

    /// <summary>How many there are; -1 if that is not known.</summary>
    [Parameter, EditorRequired]
    public required int Of { get; set; }

    /// <summary>Whether the list has several sites.</summary>
    [Parameter]
    public bool HasSite { get; set; }

    /// <summary>Whether it is selected.</summary>
    [Parameter]
    public bool IsSelected { get; set; }

    /// <summary>Called when it is selected or not any more.</summary>
    [Parameter]
    public EventCallback<SeenEventArgs> OnSelect { get; set; }

    /// <summary>Called when something is to be done with it.</summary>
    [Parameter]
    public EventCallback<QueuePress> OnVerb { get; set; }

    /// <summary>Called with what was written; says whether it was taken.</summary>
    [Parameter, EditorRequired]
    public required Func<WrittenText, Task<bool>> OnText { get; set; }

    private QueuedComment Comment => Item.Comment;

    private bool HasOtherText => !_isSending && _form is { IsReply: false } form && form.Revision != Comment.Revision && Comment.State != "deleted";

    private string Id => $"row-{Comment.Id}";

    private string Name => AdminText.NameOf(Comment.Author.Name);

    private string Role => string.Concat(Comment.Author.Role[..1].ToUpperInvariant(), Comment.Author.Role.AsSpan(1));

    private string History
    {
        get
        {
            var author = Comment.Author;
            var parts = new[]
            {
                (author.Published, "published"), (author.Pending, "held"), (author.Rejected, "rejected"), (author.Spam, "spam"), (author.Deleted, "deleted"),
            }.Where(part => part.Item1 > 0).Select(part => $"{QueueText.UpTo(part.Item1, ReadQueue.MostOfAuthor)} {part.Item2}");
            return $"{string.Join(", ", parts)}; first comment on {author.FirstAt.UtcDateTime.ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture)}.";
        }
    }

    private IEnumerable<(QueueVerb Verb, string Key, string Label)> Verbs
    {
        get
        {
            if (Comment.State == "deleted")
            {
                yield break;
            }

            if (Comment.State != "published" || Comment.OpenFlags > 0)
            {
                yield return (QueueVerb.Approve, "a", Comment.State == "published" ? "Keep" : "Approve");
            }

            if (Comment.State != "rejected")
            {
                yield return (QueueVerb.Reject, "r", "Reject");
            }

            if (Comment.State != "spam")
            {
                yield return (QueueVerb.Spam, "s", "Spam");
            }

            yield return (QueueVerb.Delete, "d", "Delete");
            yield return (QueueVerb.Edit, "e", "Edit");
            if (Comment.State == "published")
            {
                if (!Comment.Thread.IsClosed)
                {
                    yield return (QueueVerb.Reply, "p", "Reply");
                }

                yield return (QueueVerb.Pin, "t", Comment.Thread.IsPin ? "Unpin" : "Pin");
            }

            if (Comment.Author is { IsBanned: false, Name.Length: > 0, Role: "none" or "trusted" })
            {
                yield return (QueueVerb.Ban, "b", "Ban");
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isOpening)
        {
            _isOpening = false;
            await _field.FocusAsync();
        }
    }

    private async Task PressAsync(QueueVerb verb, SeenEventArgs press)
    {
        if (verb is QueueVerb.Edit or QueueVerb.Reply)
        {
            _form = new Form(verb == QueueVerb.Reply, Guid.NewGuid(), Comment.Revision, Comment.Source);
            _text = verb == QueueVerb.Reply ? "" : Comment.Source;
            _isOpening = true;
        }
        else
        {
            await OnVerb.InvokeAsync(new QueuePress(verb, press.Revisions));
        }
    }

    // Whoever chooses has seen the comment as it was drawn then, and writes over that.
    private void GoOn(SeenEventArgs press, string text)
    {
        _text = text;
        _form = _form! with { Revision = press.Revisions.GetValueOrDefault(Comment.Id, _form.Revision), Source = Comment.Source };
        (Item.Refusal, _isOpening) = (null, true);
    }

    private async Task SendAsync()
    {
        if (_form is not { } form)
        {
            return;
        }

        // What it changes itself is nobody else's.
        _isSending = true;
        var isTaken = await OnText(new WrittenText(_text, form.IsReply, form.DraftId, form.Revision));
        (_isSending, _form) = (false, isTaken ? null : _form);
    }
}
