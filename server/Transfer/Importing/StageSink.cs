using System.Globalization;
using Embed.Server.Commenters;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Takes what a format reads into the working file. Rendering costs more than all the rest, so comments are collected and rendered
/// on all processors at once. What is longer than its limit is cut, and private details are dropped here where nobody asked for them.
/// </summary>
internal sealed class StageSink(ScratchFile stage, StageSink.Terms terms, Action<long> read, CancellationToken cancellationToken) : IImportSink
{
    /// <summary>By what it takes.</summary>
    /// <param name="KeepsPrivate">Whether e-mail and network addresses are wanted.</param>
    /// <param name="PersonKey">The server's key for people's ids.</param>
    /// <param name="GitHubs">The GitHubs that people sign in with here: what another one says of its accounts proves nothing.</param>
    /// <param name="MailboxOf">What a mail address is known by; null for what is none.</param>
    /// <param name="Now">The time; nothing was written after it.</param>
    public sealed record Terms(bool KeepsPrivate, byte[] PersonKey, GitHubProviders GitHubs, Func<string, string?> MailboxOf, DateTimeOffset Now);

    private const int MostTogether = 512;
    private const int MostCharactersTogether = 2_000_000;
    private const int MaxPlaceCharacters = 100;

    // Those that readers give here come on top.
    private const int MaxVotes = int.MaxValue / 2;

    private const int MaxNetworkCharacters = 64;
    private const int MaxRepairCharacters = 1_000;

    private static readonly long Earliest = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    // More threads than processors would only wait for each other.
    private static readonly ParallelOptions Processors = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private readonly List<SourceComment> _waiting = [];
    private Task<Rendered[]> _rendering = Task.FromResult<Rendered[]>([]);
    private int _waitingCharacters;
    private long _comments;
    private bool _isOpen;

    private sealed record Rendered(SourceComment Comment, ImportedText Text, long TextHash, long Hash, List<string> Repairs)
    {
        public long? PostedAt { get; set; }

        public long? EditedAt { get; set; }
    }

    public void Add(SourceSite site)
    {
        Open();
        stage.Execute("INSERT INTO sites (id, key, created) VALUES (@0, @1, @2)", site.Id, site.Key, site.CreatedAt);
    }

    public void Add(SourceThread thread)
    {
        Open();
        var isNew = stage.Execute(
            """
            INSERT OR IGNORE INTO threads (id, place, address, explicit_id, title, closed, created) VALUES (@0, @1, @2, @3, @4, @5, @6)
            """,
            SourceKey.Of(thread.Id), Cut(thread.Place, MaxPlaceCharacters), thread.Address, thread.ExplicitId,
            Cut(WholeText.Of(thread.Title ?? "").Trim(), CommentThread.MaxTitleCharacters), thread.IsClosed ? 1 : 0, Time(thread.CreatedAt)) > 0;
        // Parts of one export say the same thread again; that is one.
        if (!isNew && stage.Number(
            "SELECT 1 FROM threads WHERE id = @0 AND address IS @1 AND explicit_id IS @2", SourceKey.Of(thread.Id), thread.Address, thread.ExplicitId) is null)
        {
            Skip(ReportKind.Thread, thread.Place, $"thread {thread.Id}", "The file says it twice; the first counts.");
        }
    }

    public void Add(SourcePerson person)
    {
        Open();
        var gitHub = terms.GitHubs.NameOf(person.GitHubHost);
        var login = gitHub is not null && person.GitHubLogin is { } said && !said.Contains('/', StringComparison.Ordinal) ? GitHubHost.LoginAt(person.GitHubHost, said) : null;
        stage.Execute(
            """
            INSERT OR IGNORE INTO people (id, key, place, name, github, github_provider, login, login_hash, mailbox, website, email)
            VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10)
            """,
            SourceKey.Of(person.Id), SourceKey.OfPerson(terms.PersonKey, person.Id), Cut(person.Place, MaxPlaceCharacters),
            ShownName.Of(Cut(person.Name ?? "", 1_000)), gitHub is null ? null : person.GitHubId, gitHub, Kept(login),
            gitHub is not null && GitHubHost.IsPublic(person.GitHubHost) && person.GitHubLoginHash is { Length: 40 } hash && hash.All(char.IsAsciiHexDigit) ? hash.ToLowerInvariant() : null,
            terms.KeepsPrivate && person.Email is { } mail ? terms.MailboxOf(mail) : null, Kept(person.Website),
            terms.KeepsPrivate ? Kept(person.Email) : null);
    }

    public void Add(SourceComment comment)
    {
        var text = comment.Text.Length > ImportedText.MaxCharacters ? ImportedText.Cut(comment.Text) : comment.Text;
        _waiting.Add(ReferenceEquals(text, comment.Text) ? comment : comment with
        {
            Text = text,
            Repairs = [.. comment.Repairs, $"Its text was cut after {ImportedText.MaxCharacters:N0} characters."],
        });
        _waitingCharacters += text.Length;
        if (_waiting.Count >= MostTogether || _waitingCharacters >= MostCharactersTogether)
        {
            Flush();
        }
    }

    public void Skip(string place, string what, string why, string? id = null) => Skip(KindOf(what), place, what, why, id);

    /// <summary>All is read: what waits is written.</summary>
    public void Complete()
    {
        Flush();
        WriteRendered();
        stage.Execute("COMMIT");
    }

    private void Skip(ReportKind kind, string place, string what, string why, string? id = null)
    {
        Open();
        stage.Execute(
            "INSERT INTO skipped (kind, place, what, why, id) VALUES (@0, @1, @2, @3, @4)", (int)kind, Cut(place, MaxPlaceCharacters),
            Cut(what, ImportedItem.MaxSourceKeyCharacters), Cut(why, MaxRepairCharacters), id is null ? null : SourceKey.Of(id));
    }

    private void Open()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_isOpen)
        {
            stage.Execute("BEGIN");
            _isOpen = true;
        }
    }

    // While those before are rendered the next are read.
    private void Flush()
    {
        WriteRendered();
        var waiting = _waiting.ToArray();
        _rendering = Task.Run(() =>
        {
            var rendered = new Rendered[waiting.Length];
            Parallel.For(0, rendered.Length, Processors, i => rendered[i] = Render(waiting[i]));
            return rendered;
        });
        _waiting.Clear();
        _waitingCharacters = 0;
    }

    private void WriteRendered()
    {
        Open();
        var rendered = _rendering.GetAwaiter().GetResult();
        foreach (var comment in rendered)
        {
            Write(comment);
        }

        _rendering = Task.FromResult<Rendered[]>([]);
        _comments += rendered.Length;
        read(_comments);
    }

    private Rendered Render(SourceComment comment)
    {
        var isGone = comment.State == CommentState.Deleted;
        var text = isGone ? new ImportedText("", "") : ImportedText.Of(comment.Markup, comment.Text);
        List<string> repairs = [.. comment.Repairs];
        if (text.Repair is { } repair)
        {
            repairs.Add(repair);
        }

        var rendered = new Rendered(
            comment, text, text.Body.Length == 0 ? 0 : RuleText.HashOf(text.Body), SourceKey.HashOf(comment), repairs)
        {
            PostedAt = Time(comment.PostedAt),
            EditedAt = isGone ? null : Time(comment.EditedAt),
        };
        if (comment.EditedAt is not null && !isGone && rendered.EditedAt is null)
        {
            repairs.Add("It says it was edited at a time that cannot be.");
        }

        return rendered;
    }

    private void Write(Rendered rendered)
    {
        var (comment, isGone) = (rendered.Comment, rendered.Comment.State == CommentState.Deleted);
        var id = comment.Id.Length > 0 ? SourceKey.Of(comment.Id) : string.Create(CultureInfo.InvariantCulture, $"made {rendered.Hash:x}");
        if (comment.Id.Length == 0)
        {
            rendered.Repairs.Add("It has no id; one was made of what it says.");
        }

        stage.Execute(
            """
            INSERT INTO comments (id, key, thread, parent, person, place, state, posted, edited, up, down, pinned, network, hash, is_empty, repairs)
            VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14, @15)
            """,
            id, comment.Id.Length > 0 ? SourceKey.Of(comment.Key) : id, SourceKey.Of(comment.ThreadId),
            comment.ParentId is { Length: > 0 } parent ? SourceKey.Of(parent) : null,
            comment.PersonId is { } person && !isGone ? SourceKey.Of(person) : null, Cut(comment.Place, MaxPlaceCharacters),
            (int)StateOf(comment), rendered.PostedAt, rendered.EditedAt, isGone ? 0 : Math.Clamp(comment.UpVotes, 0, MaxVotes),
            isGone ? 0 : Math.Clamp(comment.DownVotes, 0, MaxVotes), comment.IsPinned ? 1 : 0,
            terms.KeepsPrivate && !isGone ? Cut(comment.NetworkAddress ?? "", MaxNetworkCharacters) : null, rendered.Hash,
            rendered.Text.BodyHtml.Length == 0 ? 1 : 0, Cut(string.Join(' ', rendered.Repairs), MaxRepairCharacters));
        stage.Execute(
            "INSERT INTO texts (n, body, html, hash) VALUES (last_insert_rowid(), @0, @1, @2)", rendered.Text.Body, rendered.Text.BodyHtml,
            rendered.TextHash);
    }

    // By its first word, so that the counts say how many of the file's comments there are.
    private static ReportKind KindOf(string what) => what.Split(' ', 2)[0] switch
    {
        "comment" => ReportKind.Comment,
        "thread" or "page" => ReportKind.Thread,
        "person" or "user" or "commenter" => ReportKind.Person,
        _ => ReportKind.Other,
    };

    private static CommentState StateOf(SourceComment comment) =>
        comment.State is CommentState.Pending or CommentState.Rejected or CommentState.Spam or CommentState.Deleted
            ? comment.State
            : CommentState.Published;

    // Null for what cannot be: the web began in 1990, and a clock may be wrong by a day.
    private long? Time(DateTimeOffset? time) =>
        time?.ToUnixTimeMilliseconds() is { } known && known >= Earliest && known <= terms.Now.AddDays(1).ToUnixTimeMilliseconds()
            ? Math.Min(known, terms.Now.ToUnixTimeMilliseconds())
            : null;

    private static string? Kept(string? text) =>
        text?.Trim() is { Length: > 0 and <= ImportedPerson.MaxTextCharacters } kept ? WholeText.Of(kept) : null;

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(most - (char.IsHighSurrogate(text[most - 1]) ? 1 : 0))];
}
