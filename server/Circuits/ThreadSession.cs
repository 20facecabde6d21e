using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Threads;
using Embed.Widget;
using Microsoft.AspNetCore.Components.Authorization;

namespace Embed.Server.Circuits;

/// <summary>
/// One live thread's way to the handlers. Every act goes through <see cref="Admission"/> anew, so a revoked token, a
/// changed site or a lost moderator's right takes effect at once and not when the circuit ends.
/// </summary>
internal sealed class ThreadSession(
    ReadThread read, ThreadFeed feed, AddressPace pace, Admission admission, AuthenticationStateProvider circuit, PostComment post,
    EditComment edit, VoteOnComment vote, ModerateComments moderate, CloseThread close) : IThreadSession
{
    // What one circuit may hold on to; a person does not get there.
    private const int MaxPosted = 50;
    private const int MaxParts = ThreadWindow.MaxComments / SliceQuery.MaxComments;

    private readonly List<long> _posted = [];
    private ThreadRequest? _request;
    private ThreadPlace? _place;
    private CircuitOrigin? _from;
    private IDisposable? _following;
    private ThreadWindow? _window;

    // A token that does not hold never will again: it is looked up, and counted as a failure, once.
    private bool _hasTokenEnded;

    // Held so that it stays shared with the other circuits of this thread until a newer version comes.
    private SharedThread? _shared;

    public event Action? Changed;

    public async Task<SessionResult> OpenAsync(ThreadRequest request, CancellationToken cancellationToken)
    {
        _following?.Dispose();
        (_following, _shared, _place, _window, _request, _hasTokenEnded) = (null, null, null, null, request, false);
        _from ??= await CircuitOrigin.OfAsync(circuit);
        var place = await read.LocateAsync(request.Site, request.Page, request.Canonical, request.Thread, cancellationToken);
        if (place.Refusal is not null)
        {
            return new SessionResult(null, null, place.Refusal.ForWidget());
        }

        Follow(place.Value!);
        await BeginAsync(new ThreadSlice(Around: request.Around), cancellationToken);
        foreach (var part in (request.Expanded ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MaxParts))
        {
            var slice = part.Split(':') is ["after", var after] ? ThreadSlice.Parse(after, null, null)
                : part.Split(':') is ["replies", var replies] ? ThreadSlice.Parse(null, replies, null)
                : null;
            if (slice is null || await WidenAsync(slice.Value, cancellationToken) is not null)
            {
                break;
            }
        }

        return await ReadAsync(cancellationToken);
    }

    public async Task<SessionResult> ReadAsync(CancellationToken cancellationToken)
    {
        if (_request is null || _place is null || _window is null)
        {
            return new SessionResult(null, null, Refusal.PageInvalid.ForWidget());
        }

        // Each time anew: settings may have changed since the circuit began, and the thread may have moved.
        var place = await read.LocateAsync(_request.Site, _request.Page, _request.Canonical, _request.Thread, cancellationToken);
        if (place.Refusal is not null)
        {
            return new SessionResult(null, null, place.Refusal.ForWidget());
        }

        if (_place.Page.Key != place.Value!.Page.Key)
        {
            Follow(place.Value);
            // The same comments at another address are shown as they were; among those of another thread, what was shown first is.
            var first = _shared?.Rows.Slice.Comments.Select(row => row.Id).FirstOrDefault() ?? 0;
            var rows = await read.RowsAsync(place.Value, _window.Sort, new ThreadSlice(Around: first), cancellationToken);
            _window = rows.ThreadId == _shared?.Rows.ThreadId ? _window : ThreadWindow.Of(rows, _window.Sort);
        }

        _place = place.Value;
        _shared = await read.SharedAsync(_place, _window, _from!.ServerOrigin, cancellationToken);
        // Whoever may not take part reads as themselves all the same.
        var asking = await AskAsync(admission.IdentifyAsync, cancellationToken);
        if (asking.Value is not { } actor)
        {
            return new SessionResult(_shared.Model, null, null, HasTokenEnded: _hasTokenEnded);
        }

        var own = await read.ViewerRowsAsync(_place, _shared.Rows, actor.Commenter.Id, actor.IsModerator, _shared.Waiting, _posted, cancellationToken);
        return new SessionResult(
            own.Comments.Comments.Count == 0
                ? _shared.Model
                : ReadThread.Shape(_place, _shared.Rows, _window.Sort, _from.ServerOrigin, own.Comments).Since(_shared.Model),
            new Viewer(
                actor.Commenter.Id, actor.Commenter.Name, actor.IsModerator, own.Votes, actor.Commenter.Kind == CommenterKind.Guest,
                HasOwnWayIn: !SessionHandover.IsFor(actor.Commenter, actor.Site)),
            null);
    }

    public async Task<ActResult> MoreAsync(long repliesAfter, CancellationToken cancellationToken)
    {
        var slice = repliesAfter > 0 ? new ThreadSlice(Replies: repliesAfter) : new ThreadSlice(After: _window?.Until);
        return _window is null || slice == ThreadSlice.First ? new ActResult(null, IsPending: false, null)
            : await WidenAsync(slice, cancellationToken) is { } refusal ? Refused(refusal)
            : new ActResult(null, IsPending: false, null);
    }

    public Task FromStartAsync(CancellationToken cancellationToken) => BeginAsync(ThreadSlice.First, cancellationToken);

    public async Task<ActResult> PostAsync(long? parentId, string body, Guid draftId, CancellationToken cancellationToken)
    {
        var actor = await AdmitToActAsync(cancellationToken);
        if (actor.Refusal is not null)
        {
            return Refused(actor.Refusal);
        }

        // A title is the page's, not the commenter's: too long a one is cut, not held against them.
        var title = _request!.Title is { Length: > CommentThread.MaxTitleCharacters } long_
            ? long_[..CommentThread.MaxTitleCharacters]
            : _request.Title;
        var draft = new PostComment.Draft(_request.Page, _request.Thread, title, parentId, body, draftId, _request.Canonical);
        var posted = await post.HandleAsync(actor.Value!, draft, cancellationToken);
        if (posted.Value is not null && _posted.Count < MaxPosted)
        {
            _posted.Add(posted.Value.Id);
        }

        return posted.Refusal is null
            ? new ActResult(posted.Value!.Id, posted.Value.IsWaiting, null)
            : Refused(posted.Refusal);
    }

    public Task<ActResult> EditAsync(long commentId, string body, CancellationToken cancellationToken) =>
        ActAsync(actor => edit.HandleAsync(actor, commentId, new EditComment.Edit(body), cancellationToken), cancellationToken);

    public async Task<string?> ReadSourceAsync(long commentId, CancellationToken cancellationToken)
    {
        var actor = await AdmitAsync(cancellationToken);
        return actor.Value is null ? null : (await edit.ReadSourceAsync(actor.Value, commentId, cancellationToken)).Value;
    }

    public Task<ActResult> DeleteAsync(long commentId, CancellationToken cancellationToken) =>
        ActAsync(actor => moderate.DeleteAsync(actor, commentId, cancellationToken), cancellationToken);

    public Task<ActResult> VoteAsync(long commentId, int value, CancellationToken cancellationToken) =>
        ActAsync(actor => vote.HandleAsync(actor, commentId, new VoteOnComment.Ballot(value), cancellationToken), cancellationToken);

    public Task<ActResult> JudgeAsync(long commentId, bool publish, CancellationToken cancellationToken) =>
        ActAsync(
            actor => moderate.HandleAsync(actor, commentId, publish ? new CommentAct.Approve() : new CommentAct.Reject(), cancellationToken), cancellationToken);

    public Task<ActResult> CloseAsync(bool isClosed, CancellationToken cancellationToken) => _place is null
        ? Task.FromResult(Refused(Refusal.PageInvalid))
        : ActAsync(actor => close.HandleAsync(actor, _place, new CloseThread.State(isClosed), cancellationToken), cancellationToken);

    public Task<PreviewResult> PreviewAsync(string body, CancellationToken cancellationToken)
    {
        // Anybody may preview, and the worst text takes a quarter of a second to render: counted like an act.
        var html = pace.Take(_from!.Network) is { } tooMany ? tooMany : CommentBody.Render(body);
        return Task.FromResult(new PreviewResult(html.Value ?? CommentHtml.Empty, html.Refusal?.ForWidget()));
    }

    public void Dispose() => _following?.Dispose();

    private async Task BeginAsync(ThreadSlice slice, CancellationToken cancellationToken)
    {
        if (_place is not null)
        {
            var sort = _request!.Sort ?? _place.Site.DefaultSort;
            _window = ThreadWindow.Of(await read.RowsAsync(_place, sort, slice, cancellationToken), sort);
        }
    }

    private async Task<Refusal?> WidenAsync(ThreadSlice slice, CancellationToken cancellationToken)
    {
        if (_shared?.Rows.Slice.Comments.Count >= ThreadWindow.MaxComments)
        {
            return Refusal.ThreadTooLong;
        }

        _window = _window!.With(slice, await read.RowsAsync(_place!, _window.Sort, slice, cancellationToken));
        return null;
    }

    private void Follow(ThreadPlace place)
    {
        _following?.Dispose();
        // Elsewhere: a circuit at rest would draw its thread anew within the call, and all who write would wait for it.
        _following = feed.Follow(place.Site.Id, place.Page.Key, _ => ThreadPool.QueueUserWorkItem(_ => Changed?.Invoke()));
        _place = place;
    }

    private async Task<ActResult> ActAsync(Func<Actor, Task<Outcome<long>>> act, CancellationToken cancellationToken)
    {
        var actor = await AdmitToActAsync(cancellationToken);
        if (actor.Refusal is not null)
        {
            return Refused(actor.Refusal);
        }

        var outcome = await act(actor.Value!);
        return outcome.Refusal is null ? new ActResult(outcome.Value, IsPending: false, null) : Refused(outcome.Refusal);
    }

    private async Task<Outcome<Actor>> AdmitToActAsync(CancellationToken cancellationToken) =>
        pace.Take(_from!.Network) is { } tooMany ? tooMany : await AdmitAsync(cancellationToken);

    private Task<Outcome<Actor>> AdmitAsync(CancellationToken cancellationToken) => AskAsync(admission.AdmitAsync, cancellationToken);

    private async Task<Outcome<Actor>> AskAsync(
        Func<string, Credentials, CancellationToken, Task<Outcome<Actor>>> ask, CancellationToken cancellationToken)
    {
        if (_hasTokenEnded)
        {
            return Refusal.SignInRequired;
        }

        var asked = _request!;
        var answer = await ask(
            asked.Site, new Credentials(_from!.Origin, _from.ServerOrigin, _from.Network, asked.Token, ActedVia.Thread), cancellationToken);
        _hasTokenEnded = ReferenceEquals(asked, _request) && asked.Token is not null && answer.Refusal == Refusal.SignInRequired;
        return answer;
    }

    private static ActResult Refused(Refusal refusal) => new(null, IsPending: false, refusal.ForWidget());
}
