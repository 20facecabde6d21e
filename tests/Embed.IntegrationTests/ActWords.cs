using System.Reflection;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.IntegrationTests;

/// <summary>The words of the moderation log.</summary>
internal static class ActWords
{
    /// <summary>All there are, those of merges, moves and splits too.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(ActWord).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)
            .Concat(ThreadActDetails.Words).Distinct(StringComparer.Ordinal),
    ];
}
