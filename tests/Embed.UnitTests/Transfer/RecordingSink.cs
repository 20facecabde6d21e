using System.Globalization;
using System.IO.Compression;
using System.Text;
using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>
/// Writes down what a format reads, a line each, so that a test can say all of it. Ids that are hashes stand as <c>p1</c>, <c>p2</c>
/// (people) and <c>made1</c> (comments) in the order in which they come.
/// </summary>
internal sealed class RecordingSink : IImportSink
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly StringBuilder _lines = new();

    public List<SourceThread> Threads { get; } = [];

    public List<SourcePerson> People { get; } = [];

    public List<SourceComment> Comments { get; } = [];

    public List<string> Skipped { get; } = [];

    public string Written => _lines.ToString().TrimEnd();

    /// <summary>Reads a file by the format that it is recognised as.</summary>
    public static RecordingSink Read(string path, ImportLimits? limits = null)
    {
        var source = new ImportSource(path, limits);
        var sink = new RecordingSink();
        ImportFormats.Recognise(ImportFormats.All, source).Read(source, sink, TestContext.Current.CancellationToken);
        return sink;
    }

    /// <summary>Reads a file of this content by the format that it is recognised as.</summary>
    public static RecordingSink ReadText(string content, ImportLimits? limits = null) => ReadBytes(Encoding.UTF8.GetBytes(content), limits);

    /// <inheritdoc cref="ReadText"/>
    public static RecordingSink ReadBytes(byte[] content, ImportLimits? limits = null)
    {
        using var file = new TemporaryFile(content);
        return Read(file.Path, limits);
    }

    public void Add(SourceThread thread)
    {
        Threads.Add(thread);
        Line(
            $"thread {thread.Id}", thread.Address is null ? null : $"at {thread.Address}",
            thread.ExplicitId is null ? null : $"id {thread.ExplicitId}", $"“{thread.Title}”", Time(thread.CreatedAt),
            thread.IsClosed ? "closed" : null);
    }

    public void Add(SourcePerson person)
    {
        People.Add(person);
        Line(
            $"person {Alias(person.Id)}", person.Name, person.Email is null ? null : $"<{person.Email}>", person.Website,
            person.GitHubLoginHash is null ? null : $"login hash {person.GitHubLoginHash}");
    }

    public void Add(SourceComment comment)
    {
        Comments.Add(comment);
        Line(
            $"comment {Alias(comment.Id)} in {comment.ThreadId}", comment.ParentId is null ? null : $"to {Alias(comment.ParentId)}",
            comment.PersonId is null ? null : $"by {Alias(comment.PersonId)}", comment.State.ToString(), Time(comment.PostedAt),
            comment.EditedAt is null ? null : $"edited {Time(comment.EditedAt)}",
            comment.UpVotes + comment.DownVotes == 0 ? null : $"+{comment.UpVotes}-{comment.DownVotes}", comment.IsPinned ? "pinned" : null,
            comment.NetworkAddress is null ? null : $"from {comment.NetworkAddress}",
            comment.Key == comment.Id ? null : $"key {comment.Key}",
            $"{comment.Markup}: {comment.Text.ReplaceLineEndings("⏎")}");
        foreach (var repair in comment.Repairs)
        {
            Line($"  mended: {repair}");
        }
    }

    public void Skip(string place, string what, string why, string? id = null)
    {
        Skipped.Add($"{place}, {what}: {why}");
        Line($"skipped {place}, {what}: {why}");
    }

    private static string? Time(DateTimeOffset? time)
    {
        Assert.Equal(TimeSpan.Zero, time?.Offset ?? TimeSpan.Zero);
        return time?.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
    }

    private string Alias(string id)
    {
        var kind = id.StartsWith("guest-", StringComparison.Ordinal) || id.StartsWith("user-", StringComparison.Ordinal) ? "p"
            : id.StartsWith("made-", StringComparison.Ordinal) ? "made" : null;
        if (kind is null || _names.TryGetValue(id, out var name))
        {
            return kind is null ? id : _names[id];
        }

        return _names[id] = $"{kind}{_names.Values.Count(other => other.StartsWith(kind, StringComparison.Ordinal)) + 1}";
    }

    private void Line(params string?[] parts) =>
        _lines.Append(string.Join(" | ", parts.Where(part => !string.IsNullOrEmpty(part)))).Append('\n');
}

/// <summary>A file that is there while a test needs it.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embed-import-");

    public TemporaryFile(byte[] content)
        : this(path => File.WriteAllBytes(path, content))
    {
    }

    public TemporaryFile(Action<string> write)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "the file?#%41");
        write(Path);
    }

    public string Path { get; }

    /// <summary>What lies beside it.</summary>
    public IEnumerable<string> Neighbours => _folder.EnumerateFiles().Select(file => file.FullName).Where(name => name != Path);

    public static byte[] Gzip(params byte[][] members)
    {
        var packed = new MemoryStream();
        foreach (var member in members)
        {
            using var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true);
            gzip.Write(member);
        }

        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
