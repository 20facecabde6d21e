using Embed.Server.Data;

namespace Embed.Server.Transfer.Importing;

/// <summary>What things are that stay when an import is undone, so that whoever reads it finds them.</summary>
internal static class KeptText
{
    private const int MaxCharacters = 60;

    /// <summary>A comment: by whom, how it begins and where it stands.</summary>
    public static async Task<string> OfCommentAsync(Statements statements, long id)
    {
        var row = await statements.RowAsync(
            """
            SELECT p."Name", substr(c."Body", 1, 200), t."PageAddress" FROM "Comments" AS c
            JOIN "Commenters" AS p ON p."Id" = c."CommenterId" JOIN "Threads" AS t ON t."Id" = c."ThreadId" WHERE c."Id" = @0
            """,
            id);
        return row is not [string name, string body, string page] ? $"comment {id}"
            : $"comment {id}{(name.Length > 0 ? $" by {name}" : "")}, {(body.Length > 0 ? $"“{Begin(body)}”" : "a tombstone")}, at {page}";
    }

    /// <summary>A person: their name here.</summary>
    public static async Task<string> OfPersonAsync(Statements statements, long id) =>
        await statements.RowAsync("""SELECT "Name" FROM "Commenters" WHERE "Id" = @0""", id) is [string { Length: > 0 } name] ? $"person {id}, {name}" : $"person {id}";

    private static string Begin(string body)
    {
        var line = string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxCharacters ? line : $"{line[..(MaxCharacters - (char.IsHighSurrogate(line[MaxCharacters - 1]) ? 1 : 0))]}…";
    }
}
