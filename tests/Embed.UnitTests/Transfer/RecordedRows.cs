using System.Globalization;
using System.Text;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>What a format hands on, a line each, in its order. Only what differs from the usual is named.</summary>
internal sealed class RecordedRows : IImportSink
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    /// <summary>All lines.</summary>
    public string Text => string.Join('\n', _lines);

    public List<SourceThread> Threads { get; } = [];

    public List<SourcePerson> People { get; } = [];

    public List<SourceComment> Comments { get; } = [];

    public List<string> Skipped { get; } = [];

    /// <summary>What a file is read into by the format that it is recognised as.</summary>
    public static RecordedRows OfFile(string path, ImportLimits? limits = null)
    {
        var (source, rows) = (new ImportSource(path, limits), new RecordedRows());
        ImportFormats.Recognise(ImportFormats.All, source).Read(source, rows, TestContext.Current.CancellationToken);
        return rows;
    }

    /// <inheritdoc cref="OfFile"/>
    public static RecordedRows OfText(string content, ImportLimits? limits = null) => OfBytes(Encoding.UTF8.GetBytes(content), limits);

    /// <inheritdoc cref="OfFile"/>
    public static RecordedRows OfBytes(byte[] content, ImportLimits? limits = null)
    {
        using var file = new TemporaryFile(content);
        return OfFile(file.Path, limits);
    }

    /// <summary>What a file's text is read into by a format.</summary>
    public static RecordedRows Of(IImportFormat format, string text) => Of(format, Encoding.UTF8.GetBytes(text));

    /// <summary>What a file is read into by a format.</summary>
    public static RecordedRows Of(IImportFormat format, byte[] file)
    {
        var rows = new RecordedRows();
        rows.Read(format, file);
        return rows;
    }

    /// <summary>Reads a file; what came before a fault stays.</summary>
    public void Read(IImportFormat format, byte[] file)
    {
        using var written = new TemporaryFile(file);
        format.Read(new ImportSource(written.Path), this, TestContext.Current.CancellationToken);
    }

    public void Add(SourceThread thread)
    {
        Threads.Add(thread);
        Line(
            $"thread {thread.Id.Replace('\n', '/')}",
            Part("at ", thread.Address), Part("named ", thread.ExplicitId), Part("titled ", thread.Title), thread.IsClosed ? "closed" : "", Time("from ", thread.CreatedAt));
    }

    public void Add(SourcePerson person)
    {
        People.Add(person);
        Line(
            $"person {Alias(person.Id)}",
            Part("", person.Name), Part("mail ", person.Email), Part("web ", person.Website), Part("GitHub ", person.GitHubId?.ToString(CultureInfo.InvariantCulture)),
            Part("of ", person.GitHubHost), Part("login ", person.GitHubLogin), Part("login hash ", person.GitHubLoginHash));
    }

    public void Add(SourceComment comment)
    {
        Comments.Add(comment);
        Line(
            $"comment {Alias(comment.Id)} of {comment.ThreadId.Replace('\n', '/')}",
            comment.Key == comment.Id ? "" : $"key {comment.Key}",
            Part("answers ", comment.ParentId), comment.PersonId is null ? "" : $"by {Alias(comment.PersonId)}", comment.State == CommentState.Published ? "" : $"{comment.State}",
            Time("", comment.PostedAt), Time("edited ", comment.EditedAt), comment.UpVotes > 0 ? $"+{comment.UpVotes}" : "",
            comment.DownVotes > 0 ? $"-{comment.DownVotes}" : "", comment.IsPinned ? "pinned" : "", Part("from ", comment.NetworkAddress),
            comment.Markup == SourceMarkup.Markdown || comment.Text.Length == 0 ? "" : $"{comment.Markup}", $"“{comment.Text.ReplaceLineEndings("⏎")}”", string.Join(' ', comment.Repairs));
    }

    public void Skip(string place, string what, string why, string? id = null)
    {
        Skipped.Add($"{place}: {what}: {why}");
        Line($"skipped {place}", what, why);
    }

    private static string Part(string label, string? value) => value is null ? "" : label + value;

    private static string Time(string label, DateTimeOffset? time)
    {
        Assert.Equal(TimeSpan.Zero, time?.Offset ?? TimeSpan.Zero);
        return Part(label, time?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));
    }

    // Ids with a hash in them, by the order they come in.
    private string Alias(string id)
    {
        if (!Array.Exists(["guest-", "user-", "made-"], kind => id.StartsWith(kind, StringComparison.Ordinal)))
        {
            return id;
        }

        _aliases.TryAdd(id, $"#{_aliases.Count + 1}");
        return _aliases[id];
    }

    private void Line(params string[] parts) => _lines.Add(string.Join(" | ", parts.Where(part => part.Length > 0)));
}
