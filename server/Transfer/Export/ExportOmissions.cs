using Embed.Server.Model;

namespace Embed.Server.Transfer.Export;

/// <summary>What an export leaves out, and why. All else that the database has is in it: a test compares the two.</summary>
internal static class ExportOmissions
{
    private const string Secret = "Encrypted with the server's keys, which are no part of a file that is handed around; it is entered anew.";

    /// <summary>Tables.</summary>
    public static readonly IReadOnlyDictionary<Type, string> Tables = new Dictionary<Type, string>
    {
        [typeof(CommenterSession)] = "Whoever has the file must not be taken for somebody; people sign in anew.",
        [typeof(SignInCode)] = "Holds for a minute, on this server.",
        [typeof(MailedCode)] = "Holds for some minutes, on this server.",
        [typeof(SpentToken)] = "Holds for some minutes, on this server.",
        [typeof(ServerSecret)] = Secret,
        [typeof(Invitation)] = "Only whoever has the link can use it, and it leads to this server. The log says who was invited, and who accepted.",
    };

    /// <summary>Columns of the tables that are in it.</summary>
    public static readonly IReadOnlyDictionary<(Type, string), string> Columns = new Dictionary<(Type, string), string>
    {
        [(typeof(SingleSignOn), nameof(SingleSignOn.Secret))] = Secret,
        [(typeof(SingleSignOn), nameof(SingleSignOn.SecretMadeAt))] = "Of the secret.",
        [(typeof(SingleSignOn), nameof(SingleSignOn.PreviousSecret))] = Secret,
        [(typeof(SingleSignOn), nameof(SingleSignOn.PreviousUntil))] = "Of the secret before.",
        [(typeof(OutsideCheck), nameof(OutsideCheck.Secret))] = Secret,
    };
}
