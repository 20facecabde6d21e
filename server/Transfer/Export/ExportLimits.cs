using Embed.Server.Model;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Transfer.Export;

/// <summary>What numbers, texts and bytes of an export may be when it is read. Where nothing is said: what the schema says, else what is usual.</summary>
internal static class ExportLimits
{
    /// <summary>Largest id: whatever reads JSON knows whole numbers up to it (2^53 - 1), and there is room for more.</summary>
    public const long MaxId = 9_007_199_254_740_991;

    /// <summary>Longest text of a comment, in UTF-16 units: imported ones may be longer than what is posted here.</summary>
    public const int MaxBodyCharacters = 65_536;

    /// <summary>Longest HTML, in UTF-16 units.</summary>
    public const int MaxHtmlCharacters = 2_000_000;

    private const int MaxTextCharacters = 100_000;
    private const int MaxBytes = 1_000_000;

    private static readonly Dictionary<(Type, string), (long Least, long Most)> Special = new()
    {
        [(typeof(Site), nameof(Site.Name))] = (1, Site.MaxNameCharacters),
        [(typeof(Site), nameof(Site.MaxIndent))] = (0, Site.MostIndent),
        [(typeof(Site), nameof(Site.EditWindowMinutes))] = (0, Site.MaxEditWindowMinutes),
        [(typeof(Site), nameof(Site.ClosesAfterDays))] = (0, Site.MaxClosesAfterDays),
        [(typeof(Site), nameof(Site.SlowModeMinutes))] = (0, CommentThread.MaxSlowModeMinutes),
        [(typeof(CommentThread), nameof(CommentThread.Key))] = (1, CommentThread.MaxAddressCharacters),
        [(typeof(CommentThread), nameof(CommentThread.NoteHtml))] = (0, MaxHtmlCharacters),
        [(typeof(CommentThread), nameof(CommentThread.SlowModeMinutes))] = (0, CommentThread.MaxSlowModeMinutes),
        [(typeof(Comment), nameof(Comment.Number))] = (1, int.MaxValue),
        [(typeof(Comment), nameof(Comment.Body))] = (0, MaxBodyCharacters),
        [(typeof(Comment), nameof(Comment.BodyHtml))] = (0, MaxHtmlCharacters),
        [(typeof(Comment), nameof(Comment.Score))] = (int.MinValue, int.MaxValue),
        [(typeof(Comment), nameof(Comment.TextHash))] = (long.MinValue, long.MaxValue),
        [(typeof(Vote), nameof(Vote.Value))] = (-1, 1),
        [(typeof(CommenterAccount), nameof(CommenterAccount.Provider))] = (1, CommenterAccount.MaxProviderCharacters),
        [(typeof(CommenterAccount), nameof(CommenterAccount.Subject))] = (1, CommenterAccount.MaxSubjectCharacters),
        [(typeof(ImportUpdate), nameof(ImportUpdate.UpVotes))] = (-int.MaxValue, int.MaxValue),
        [(typeof(ImportUpdate), nameof(ImportUpdate.DownVotes))] = (-int.MaxValue, int.MaxValue),
        [(typeof(ImportedItem), nameof(ImportedItem.ContentHash))] = (long.MinValue, long.MaxValue),
    };

    /// <summary>The least and the most of a column's values: numbers, or lengths.</summary>
    public static (long Least, long Most) Of(IProperty property, ExportKind kind) =>
        Special.TryGetValue((property.DeclaringType.ClrType, property.Name), out var special) ? special
        : kind switch
        {
            ExportKind.Integer when property.ClrType == typeof(int) => (0, int.MaxValue),
            ExportKind.Integer => (0, MaxId),
            ExportKind.Text => (0, property.GetMaxLength() ?? MaxTextCharacters),
            ExportKind.Bytes => (1, MaxBytes),
            _ => (0, long.MaxValue),
        };
}
