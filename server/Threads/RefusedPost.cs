using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>A post that was refused, to be shown again so that nothing typed is lost.</summary>
/// <param name="Refusal">Why.</param>
/// <param name="Body">The text as typed.</param>
public sealed record RefusedPost(ThreadRefusal Refusal, string Body);
