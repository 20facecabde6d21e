namespace Embed.Server.Admin.Queue;

/// <summary>How somebody is to be banned.</summary>
/// <param name="Days">For how many days; null for good.</param>
public sealed record BanAnswer(int? Days);
