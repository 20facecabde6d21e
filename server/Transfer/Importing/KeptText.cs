using Embed.Server.Data;
using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>What things are that stay when an import is undone, so that whoever reads it finds them.</summary>
internal static class KeptText
{
    private const int MaxCharacters = 60;

    /// <summary>What a thing is: of a comment by whom, how it begins and where it stands; of a thread its page; of a person their name.</summary>
    /// <returns>That; null if it is not here any more.</returns>
    public static async Task<string?> FindAsync(Statements statements, ImportedKind kind, long id) => kind switch
    {
        ImportedKind.Comment => await FindCommentAsync(statements, id),
        ImportedKind.Thread => await statements.RowAsync("""SELECT "PageAddress" FROM "Threads" WHERE "Id" = @0""", id) is [string page] ? $"thread {page}" : null,
        _ => await statements.RowAsync("""SELECT "Name" FROM "Commenters" WHERE "Id" = @0""", id) is [string name]
            ? $"person {id}{(name.Length > 0 ? $", {name}" : "")}" : null,
    };

    private static async Task<string?> FindCommentAsync(Statements statements, long id)
    {
        var row = await statements.RowAsync(
            """
            SELECT p."Name", substr(c."Body", 1, 200), t."PageAddress" FROM "Comments" AS c
            JOIN "Commenters" AS p ON p."Id" = c."CommenterId" JOIN "Threads" AS t ON t."Id" = c."ThreadId" WHERE c."Id" = @0
            """,
            id);
        return row is not [string name, string body, string page] ? null
            : $"comment {id}{(name.Length > 0 ? $" by {name}" : "")}, {(body.Length > 0 ? $"“{Begin(body)}”" : "a tombstone")}, at {page}";
    }

    private static string Begin(string body)
    {
        var line = string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxCharacters ? line : $"{line[..(MaxCharacters - (char.IsHighSurrogate(line[MaxCharacters - 1]) ? 1 : 0))]}…";
    }
}
