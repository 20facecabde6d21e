using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Formats;

/// <summary>What reading one file hands on, and what has to be remembered for it: which threads and people have been named already.</summary>
/// <param name="sink">Takes it.</param>
/// <param name="limits">How long a text may be.</param>
internal sealed class JsonTarget(IImportSink sink, ImportLimits limits)
{
    // 16 bytes each. Beyond it they are named again, which changes nothing.
    private const int MostRemembered = 1_000_000;

    private readonly HashSet<UInt128> _named = [];
    private readonly Dictionary<string, SourcePerson> _later = new(StringComparer.Ordinal);

    /// <summary>Names a thread, once.</summary>
    public void Add(SourceThread thread)
    {
        if (IsNew('t', thread.Id))
        {
            sink.Add(thread);
        }
    }

    /// <summary>Names somebody, once.</summary>
    public void Add(SourcePerson person)
    {
        if (IsNew('p', person.Id))
        {
            sink.Add(person);
        }
    }

    /// <summary>Names somebody when the file is read, unless it has told more of them by then.</summary>
    public void AddLater(SourcePerson person)
    {
        if (_later.Count < MostRemembered)
        {
            _later.TryAdd(person.Id, person);
        }
    }

    /// <summary>Names somebody of whom a comment says all there is.</summary>
    /// <returns>Their id; null if it says nothing.</returns>
    public string? AddGuest(JsonFields row, string? name, string? email, string? website)
    {
        (name, email) = (SourceValues.Text(name), SourceValues.Text(email));
        if (SourceValues.Guest(name, email, website) is not { } id)
        {
            return null;
        }

        Add(new SourcePerson(id, row.Place) { Name = name, Email = email, Website = website });
        return id;
    }

    /// <summary>
    /// Hands a comment on, with what <paramref name="more"/> adds. One without an id gets one made from its content; one without
    /// id and text is skipped. Of a deleted one its place, time and votes are left.
    /// </summary>
    public void Add(JsonFields row, string? id, SourceComment comment, Func<SourceComment, SourceComment>? more = null)
    {
        if (comment.Text.Length > limits.ValueCharacters)
        {
            Skip(row.Place, $"comment {id}".TrimEnd(), $"It is too long: it has {comment.Text.Length / 1_000_000.0:0.0} million characters.", id);
            return;
        }

        if (id is null)
        {
            if (string.IsNullOrWhiteSpace(comment.Text))
            {
                Skip(row.Place, "comment", "It has neither an id nor a text.");
                return;
            }

            id = $"made-{ContentHash(comment)}";
            row.Repairs.Add(SourceValues.MadeId);
        }

        comment = comment with { Id = id, Key = KeyOf(id, comment), Place = row.Place };
        comment = more is null ? comment : more(comment);
        sink.Add((comment.State == CommentState.Deleted ? comment.Emptied() : comment) with { Repairs = [.. row.Repairs] });
    }

    /// <summary>Reports a row that is not handed on.</summary>
    public void Skip(string place, string what, string why, string? id = null) => sink.Skip(place, what, why, id);

    /// <summary>The file has been read.</summary>
    public void End()
    {
        foreach (var person in _later.Values)
        {
            Add(person);
        }
    }

    /// <summary>Whether something with this id has not been met before.</summary>
    /// <param name="kind">What it is: ids of one kind say nothing of another.</param>
    public bool IsNew(char kind, string id)
    {
        var hash = BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}{id}")));
        return _named.Count < MostRemembered ? _named.Add(hash) : !_named.Contains(hash);
    }

    // Numbers count from one in each database, so that files of two have the same; other ids are unique.
    private static string KeyOf(string id, SourceComment comment) =>
        !id.All(char.IsAsciiDigit) ? id
            : $"{id}@{comment.PostedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? ContentHash(comment)}";

    private static string ContentHash(SourceComment comment) =>
        SourceValues.Hash(comment.ThreadId, comment.PersonId, comment.PostedAt?.ToString("O", CultureInfo.InvariantCulture), comment.Text);
}
