namespace Embed.Server.Admin.Queue;

/// <summary>How somebody is to be banned.</summary>
/// <param name="Days">For how many days; null for good.</param>
/// <param name="IsShadow">Whether they are not told, and go on for themselves alone.</param>
/// <param name="Reason">Why, for other moderators; may be empty.</param>
/// <param name="IsEverywhere">Whether from the whole server.</param>
public sealed record BanAnswer(int? Days, bool IsShadow, string Reason, bool IsEverywhere);
