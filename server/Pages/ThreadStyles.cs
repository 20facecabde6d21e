namespace Embed.Server.Pages;

/// <summary>Where the thread's own stylesheet is, for pages of ours that draw one.</summary>
/// <param name="Address">Its path, which names its content and may be kept for ever.</param>
internal sealed record ThreadStyles(string Address);
