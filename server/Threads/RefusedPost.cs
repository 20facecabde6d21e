using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>A post that was refused, to be shown again so that nothing typed is lost.</summary>
/// <param name="Refusal">Why.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The text as typed.</param>
/// <param name="Name">A guest's name as typed.</param>
public sealed record RefusedPost(ThreadRefusal Refusal, int Status, string Body, string Name);
