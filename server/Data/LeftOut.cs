using Embed.Server.Model;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Data;

/// <summary>
/// What the log does not keep of a row. Counters and versions go on, or follow from other rows. Secrets have no place in a log that
/// is read by many: a row that had one cannot be put back. (That it had none is noted.)
/// </summary>
internal static class LeftOut
{
    private static readonly HashSet<(Type, string)> Counters =
    [
        (typeof(Comment), nameof(Comment.Revision)), (typeof(Comment), nameof(Comment.ReplyCount)), (typeof(Comment), nameof(Comment.UpVotes)),
        (typeof(Comment), nameof(Comment.DownVotes)), (typeof(Comment), nameof(Comment.Score)), (typeof(Comment), nameof(Comment.OpenFlags)),
        (typeof(CommentThread), nameof(CommentThread.Version)), (typeof(CommentThread), nameof(CommentThread.CommentCount)),
        (typeof(Site), nameof(Site.Revision)), (typeof(Site), nameof(Site.NamesRevision)),
    ];

    private static readonly HashSet<(Type, string)> Secrets =
    [
        (typeof(Invitation), nameof(Invitation.SecretHash)), (typeof(OutsideCheck), nameof(OutsideCheck.Secret)),
        (typeof(SingleSignOn), nameof(SingleSignOn.Secret)), (typeof(SingleSignOn), nameof(SingleSignOn.SecretMadeAt)),
        (typeof(SingleSignOn), nameof(SingleSignOn.PreviousSecret)), (typeof(SingleSignOn), nameof(SingleSignOn.PreviousUntil)),
        (typeof(CommenterSession), nameof(CommenterSession.TokenHash)), (typeof(SignInCode), nameof(SignInCode.CodeHash)),
    ];

    public static bool Keeps(IProperty property) => !IsCounter(property) && !IsSecret(property);

    /// <summary>Whether it begins at zero in a row that is put back.</summary>
    public static bool IsCounter(IProperty property) => Counters.Contains((property.DeclaringType.ClrType, property.Name));

    public static bool IsSecret(IProperty property) => Secrets.Contains((property.DeclaringType.ClrType, property.Name));

    /// <summary>Whether it is a secret for what else the row says: with another address it would be sent where it does not belong.</summary>
    public static bool IsSecretForTheRow(IProperty property) => IsSecret(property) && property.DeclaringType.ClrType == typeof(OutsideCheck);
}
