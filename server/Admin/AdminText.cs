using Embed.Server.Model;

namespace Embed.Server.Admin;

/// <summary>What the forms below <c>/admin</c> say when something is wrong. Whoever runs a server reads its settings in English, too.</summary>
internal static class AdminText
{
    public static readonly string KeyInvalid = $"Write 1 to {Site.MaxKeyCharacters} lower-case letters, digits and hyphens, such as my-blog.";
    public static readonly string NameInvalid = $"Write a name of 1 to {Site.MaxNameCharacters} characters.";

    public static readonly string ProvidersInvalid = $"Tick at most {Site.MaxSignInProviders} of the boxes below, and send nothing else.";

    public const string KeyTaken = "There is a site of this key already. Choose another.";
    public const string OriginsEmpty = "Name at least one origin, such as https://blog.example.";
    public const string OriginsLocal = "Name at least one origin that is not on the server’s own machine; only administrators make a site local.";
    public const string SortInvalid = "Choose one of the orders.";
    public const string Conflict =
        "Somebody else saved these settings after you opened them, so nothing was saved yet. Theirs are below now, but for what you changed. "
        + "Where you both changed something, it says what they chose. Look, and save again.";
    public const string SeeBelow = "Nothing was saved yet: some fields need a change. They say which.";

    /// <summary>The name to show for somebody; a former commenter has none.</summary>
    public static string NameOf(string? name) => string.IsNullOrEmpty(name) ? "Former commenter" : name;

    public static string OriginInvalid(string typed) =>
        $"“{typed}” is not an origin. Write scheme and host only, without a path: https://blog.example.";

    public static string ModeratorInvalid(string typed) =>
        $"“{typed}” is not an account. Write Provider:number, such as GitHub:583231; people see theirs at /signin.";

    public static string QueryParameterInvalid(string typed) =>
        $"“{typed}” is not the name of a query parameter. Write the name alone, such as p: at most {Site.MaxQueryParameterCharacters} characters, none of them &, =, # or a space.";

    public static string TooManyLines(int most) => $"Name at most {most}, one a line.";

    public static string NumberInvalid(int most) => $"Write a whole number from 0 to {most}.";
}
