using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Embed.Server.Model;
using Embed.Server.Moderation;
using Embed.Server.Transfer.Claims;
using Embed.Server.Transfer.Importing;

namespace Embed.Server.Transfer.Export;

/// <summary>What must be true of a row by itself, beyond what its columns are.</summary>
internal static partial class TakenRules
{
    private static readonly Dictionary<Type, Func<Func<string, object?>, string?>> All = new()
    {
        [typeof(Site)] = value => Site.IsKey((string?)value(nameof(Site.Key))) ? null : "has a key that is none",
        [typeof(SingleSignOn)] = value => IsWeb(value(nameof(SingleSignOn.KeysAddress)) ?? "") ? null : "has keys at an address that is none",
        [typeof(OutsideCheck)] = value => IsWeb(value(nameof(OutsideCheck.Address))) ? null : "is asked at an address that is none",
        [typeof(Picture)] = FaultOfPicture,
        // Permalinks lead there.
        [typeof(CommentThread)] = value => IsWeb(value(nameof(CommentThread.PageAddress))) ? null : "has a page at an address that is none",
        [typeof(Vote)] = value => value(nameof(Vote.Value)) is 0L ? "is for nothing" : null,
        [typeof(ModerationLogEntry)] = value => ActWords().IsMatch((string)value(nameof(ModerationLogEntry.Act))!)
            ? FaultOfDetails((string)value(nameof(ModerationLogEntry.Act))!, (string)value(nameof(ModerationLogEntry.Details))!)
            : "has an act that is none",
    };

    // Of acts whose details something counts on, such as undoing them. Of all others they are looked at, if there.
    private static readonly Dictionary<string, Type> Details = new(StringComparer.Ordinal)
    {
        [ActWord.ThreadsMerged] = typeof(MergeThreads.Details),
        [ActWord.ThreadMoved] = typeof(MoveThread.Details),
        [ActWord.BranchSplit] = typeof(SplitBranch.Details),
        [ActWord.CommenterBanned] = typeof(BanCommenter.Details),
        [ActWord.BanLifted] = typeof(BanCommenter.Details),
        [ActWord.ImportStarted] = typeof(ImportDetails),
        [ActWord.ImportStopped] = typeof(ImportDetails),
        [ActWord.ImportThrownAway] = typeof(ImportDetails),
        [ActWord.ImportUndone] = typeof(ImportDetails),
        [ActWord.ClaimAccepted] = typeof(DecideClaim.Details),
        [ActWord.ClaimRefused] = typeof(DecideClaim.Details),
    };

    /// <summary>What is wrong with a row, as the end of a sentence; null for nothing.</summary>
    public static string? FaultOf(ExportTable table, object?[] values) =>
        All.TryGetValue(table.Type.ClrType, out var rule) ? rule(name => values[table.IndexOf(name)]) : null;

    private static string? FaultOfDetails(string act, string details)
    {
        try
        {
            return !Details.TryGetValue(act, out var type) || ExportShapes.Is(type, details) ? null : "has details that are none of its act";
        }
        catch (JsonException)
        {
            return "has details that are none of its act";
        }
    }

    private static bool IsWeb(object? address) => address is ""
        || (Uri.TryCreate(address as string, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps));

    // Whoever asks for a hash gets WebP, whatever it was called.
    private static string? FaultOfPicture(Func<string, object?> value)
    {
        var bytes = (byte[])value(nameof(Picture.Bytes))!;
        return bytes.AsSpan() is not [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] ? "is no WebP"
            : Base64Url.EncodeToString(SHA256.HashData(bytes)) != (string?)value(nameof(Picture.Hash)) ? "has a hash that is not its own"
            : null;
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ActWords();
}
