using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>What things of a source are known by.</summary>
internal static class SourceKey
{
    /// <summary>An id as it is kept: itself, or where it is too long a hash of it.</summary>
    public static string Of(string id) => id.Length <= ImportedItem.MaxSourceKeyCharacters
        ? WholeText.Of(id)
        : $"sha256:{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";

    /// <summary>A person's id as it is kept: a keyed hash, for it may be made of a name and a mail address.</summary>
    /// <param name="key">The server's key for it.</param>
    /// <param name="id">The id.</param>
    public static string OfPerson(byte[] key, string id) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(id)));

    /// <summary>A hash of what a source says of a comment: SHA-256, its first 8 bytes, never 0.</summary>
    public static long HashOf(SourceComment comment)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Each with its length before it: no two comments are the same text.
        foreach (var part in (ReadOnlySpan<string?>)
            [
                comment.ThreadId, comment.ParentId, comment.PersonId, comment.Text, Text((int)comment.Markup), Text((int)comment.State),
                Text(comment.PostedAt?.ToUnixTimeMilliseconds()), Text(comment.EditedAt?.ToUnixTimeMilliseconds()), Text(comment.UpVotes),
                Text(comment.DownVotes), Text(comment.IsPinned ? 1 : 0),
            ])
        {
            var bytes = Encoding.UTF8.GetBytes(part ?? "");
            hash.AppendData(BitConverter.GetBytes(part is null ? -1 : bytes.Length));
            hash.AppendData(bytes);
        }

        var value = BinaryPrimitives.ReadInt64BigEndian(hash.GetHashAndReset());
        return value == 0 ? 1 : value;
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
