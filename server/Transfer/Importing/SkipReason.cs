namespace Embed.Server.Transfer.Importing;

/// <summary>Why a comment has no place here.</summary>
internal enum SkipReason : byte
{
    None = 0,
    ThreadUnknown,
    ThreadSkipped,
    Duplicate,
    Gone,
}
