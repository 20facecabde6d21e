using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>
/// What looks the same about a comment whoever looks at it: its words and most of its markup, made once and shared by all live
/// threads that show it. Blazor remembers what it drew for each circuit; markup that is one string is one thing to remember.
/// </summary>
internal sealed class CommentLook
{
    private readonly CommentModel _comment;
    private readonly WidgetText _text;
    private readonly Context _context;

    private CommentLook(CommentModel comment, WidgetText text, Context context)
    {
        (_comment, _text, _context) = (comment, text, context);
        Id = comment.Id.ToString(CultureInfo.InvariantCulture);
        ElementId = $"comment-{Id}";
        Label = IsTombstone ? Gone : text.Format("CommentBy", text.NameOf(comment.AuthorName));
        By = CommentMarkup.Of($"{Author()}{When()}{Marks()}");
        Body = IsTombstone ? Under() : CommentMarkup.Of($"{Under()}<div class=\"body\" dir=\"auto\">{comment.Body}</div>");
        ScoreLabel = text.Format("Score", comment.UpVotes, comment.DownVotes);
        UpVotes = comment.UpVotes == 0 ? null : comment.UpVotes.ToString(text.Culture);
        DownVotes = comment.DownVotes == 0 ? null : comment.DownVotes.ToString(text.Culture);
        ReplyLabel = text.Format("ReplyTo", text.NameOf(comment.AuthorName));
        Fold = CommentMarkup.Of(
            $"<button type=\"button\" class=\"fold\" data-act=\"{ThreadVerb.Fold}\" data-id=\"{comment.Id}\" aria-expanded=\"true\" aria-label=\"{text["Fold"]}\"></button>");
        Menu = IsTombstone ? default : MenuOf();
        Reply = CommentMarkup.Of(
            $"<button type=\"button\" class=\"act\" data-act=\"{ThreadVerb.Reply}\" data-id=\"{comment.Id}\" aria-label=\"{ReplyLabel}\">{text["Reply"]}</button>");
    }

    private sealed record Context(string ServerAddress, bool IsNumbered, int MaxIndent, bool IsPlain);

    /// <summary>The comment's id, for <c>data-id</c>.</summary>
    public string Id { get; }

    /// <summary>The element's id.</summary>
    public string ElementId { get; }

    /// <summary>Its name for screen readers.</summary>
    public string Label { get; }

    /// <summary>Who and when.</summary>
    public MarkupString By { get; }

    /// <summary>Whom it answers where that is not plain to see, and the text.</summary>
    public MarkupString Body { get; }

    /// <summary>The votes in words.</summary>
    public string ScoreLabel { get; }

    /// <summary>How many found it good; null for nobody.</summary>
    public string? UpVotes { get; }

    /// <summary>How many did not; null for nobody.</summary>
    public string? DownVotes { get; }

    /// <summary>The reply control's name for screen readers.</summary>
    public string ReplyLabel { get; }

    /// <summary>The control that folds its replies away.</summary>
    public MarkupString Fold { get; }

    /// <summary>The control that opens the reply form.</summary>
    public MarkupString Reply { get; }

    /// <summary>What else can be done with a comment of somebody else's.</summary>
    public MarkupString Menu { get; }

    /// <summary>Its author's control that opens the editing form.</summary>
    public MarkupString Edit => _edit ??= Control(ThreadVerb.Edit, "act", "Edit");

    /// <summary>The control that asks whether to delete.</summary>
    public MarkupString Delete => _delete ??= Control(ThreadVerb.Delete, "act", "Delete");

    /// <summary>The control that opens what a moderator can do with it.</summary>
    public MarkupString Moderate => _moderate ??= CommentMarkup.Of(
        $"<button type=\"button\" class=\"act\" data-act=\"{ThreadVerb.Moderate}\" data-id=\"{_comment.Id}\" aria-label=\"{_text.Format("ModerateOf", _text.NameOf(_comment.AuthorName))}\">{_text["Moderate"]}</button>");

    private MarkupString? _moderate;
    private MarkupString? _edit;
    private MarkupString? _delete;

    private string Gone => _text[_comment.Reason is null ? "Tombstone" : "TombstoneByModerator"];

    private bool IsTombstone => _comment.Standing == CommentStanding.Tombstone;

    /// <summary>The look of a comment in a drawing; of a live thread made once.</summary>
    public static CommentLook Of(CommentModel comment, ThreadDrawing drawing)
    {
        var (thread, text) = (drawing.Thread, drawing.Text);
        if (drawing.Screen is null)
        {
            // Drawn once, and nobody else does.
            return new CommentLook(comment, text, new Context(thread.ServerAddress, thread.IsNumbered, thread.MaxIndent, drawing.Plain is not null));
        }

        if (!text.Looks.TryGetValue(comment, out var look) || !look.Fits(thread))
        {
            look = new CommentLook(comment, text, new Context(thread.ServerAddress, thread.IsNumbered, thread.MaxIndent, IsPlain: false));
            text.Looks.AddOrUpdate(comment, look);
        }

        return look;
    }

    /// <summary>A control of this comment that says what it does.</summary>
    public MarkupString Control(string verb, string @class, string key) => CommentMarkup.Of(
        $"<button type=\"button\" class=\"{@class}\" data-act=\"{verb}\" data-id=\"{_comment.Id}\">{_text[key]}</button>");

    private bool Fits(ThreadModel thread) =>
        _context.ServerAddress == thread.ServerAddress && _context.IsNumbered == thread.IsNumbered && _context.MaxIndent == thread.MaxIndent;

    private MarkupString Author()
    {
        if (IsTombstone)
        {
            return _comment.Reason is { } reason
                ? CommentMarkup.Of($"<span class=\"quiet\">{_text["TombstoneReason"]} <bdi>{reason}</bdi></span>")
                : CommentMarkup.Of($"<span class=\"quiet\">{Gone}</span>");
        }

        // The first text element, not the first char: names may begin with a surrogate pair or a combined letter.
        var initial = _comment.AuthorName.Length == 0 ? "–" : StringInfo.GetNextTextElement(_comment.AuthorName).ToUpper(_text.Culture);
        var badge = _comment.IsByModerator ? CommentMarkup.Of($"<span class=\"badge\">{_text["Moderator"]}</span>") : default;
        // Anybody can take any name: who has shown no account says so.
        badge = _comment.IsByGuest ? CommentMarkup.Of($"{badge}<span class=\"badge guest\">{_text["Guest"]}</span>") : badge;
        badge = _comment.IsPinned ? CommentMarkup.Of($"{badge}<span class=\"badge pinned\">{_text["Pinned"]}</span>") : badge;
        // Over the letter: where it does not come, or the page forbids it, that stays. Nothing waits for it, and nothing moves.
        var picture = _comment.Picture is { } path
            ? CommentMarkup.Of($"<img src=\"{_context.ServerAddress}{path}\" width=\"32\" height=\"32\" loading=\"lazy\" decoding=\"async\" alt=\"\">")
            : default;
        return CommentMarkup.Of(
            $"<span class=\"avatar c{_comment.Author % 8}\" aria-hidden=\"true\">{initial}{picture}</span><b class=\"name\"><bdi>{_text.NameOf(_comment.AuthorName)}</bdi></b>{badge}");
    }

    // Closed until somebody wants it, by the browser itself. Who has deleted their account is nobody who could be hidden.
    private MarkupString MenuOf()
    {
        var hide = _comment.AuthorName.Length == 0 ? default : CommentMarkup.Of(
            $"<button type=\"button\" class=\"act\" data-act=\"{ThreadVerb.HidePerson}\" data-author=\"{_comment.Author}\">{_text["HidePerson"]}</button>");
        var name = _text.Format("MoreAbout", _text.NameOf(_comment.AuthorName));
        return CommentMarkup.Of(
            $"<details class=\"menu\"><summary class=\"act\" aria-label=\"{name}\">⋯</summary><button type=\"button\" class=\"act\" data-act=\"{ThreadVerb.Flag}\" data-id=\"{_comment.Id}\">{_text["Flag"]}</button>{hide}</details>");
    }

    private MarkupString When()
    {
        var posted = _comment.PostedAt.UtcDateTime;
        var machine = posted.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var words = posted.ToString(_context.IsPlain ? "d MMM yyyy, HH:mm 'UTC'" : "d MMM yyyy", _text.Culture);
        return CommentMarkup.Of(
            $"<a class=\"when\" href=\"{_context.ServerAddress}/c/{_comment.Id}\" data-permalink=\"{_comment.Id}\"><time datetime=\"{machine}\">{words}</time></a>");
    }

    private MarkupString Marks()
    {
        var edited = _comment.EditedAt is { } at
            ? CommentMarkup.Of($"<span class=\"edited\" title=\"{at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}\">{_text["Edited"]}</span>")
            : default;
        return _context.IsNumbered && _comment.Outline.Length > 0
            ? CommentMarkup.Of($"{edited}<span class=\"outline\">{_comment.Outline}</span>")
            : edited;
    }

    private MarkupString Under()
    {
        if (_comment.Depth <= _context.MaxIndent || _comment.ParentId is not { } parent)
        {
            return default;
        }

        var words = _comment.ParentAuthor is { } author ? _text.Format("InReplyTo", _text.NameOf(author)) : _text["InReplyToDeleted"];
        return CommentMarkup.Of(
            $"<div class=\"under\"><a class=\"inreply\" href=\"#comment-{parent}\" data-permalink=\"{parent}\">{words}</a></div>");
    }
}
