using System.Globalization;

namespace Embed.Server.Model;

/// <summary>
/// The place of a reply within its branch, as text that sorts by its code units in reading order: depth first, siblings by
/// number. A branch, and any part of one, is therefore one range of an index. Each level is a letter that says how many digits
/// follow (<c>a</c> one, <c>b</c> two, …) and the number among its siblings: <c>a1b12</c> is reply 12 to reply 1. A top-level
/// comment's path is empty.
/// </summary>
/// <remarks>
/// A path names all ancestors, so those of a chain of n replies would together be of length n². From <see cref="MaxLevels"/> on
/// replies follow their ancestor at that level in the order of their parents: <c>z</c>, the parent's id, the number. Nothing is
/// drawn nested there any more.
/// </remarks>
internal static class ReplyPath
{
    /// <summary>Levels that have a place of their own; also the deepest that carries an outline number.</summary>
    public const int MaxLevels = 100;

    private const char Deep = 'z';

    /// <summary>The path of a reply.</summary>
    /// <param name="parent">The comment answered.</param>
    /// <param name="number">The reply's number among its siblings, from 1.</param>
    public static string Of(Comment parent, int number)
    {
        var level = Level(number);
        if (parent.Depth < MaxLevels)
        {
            return parent.Path + level;
        }

        var deep = parent.Path.IndexOf(Deep, StringComparison.Ordinal);
        var ancestor = deep < 0 ? parent.Path : parent.Path[..deep];
        return string.Create(CultureInfo.InvariantCulture, $"{ancestor}{Deep}{parent.Id:D19}{level}");
    }

    /// <summary>Whether a comment of the first path is an ancestor of one of the second, in the same branch.</summary>
    public static bool IsAncestor(string path, string ofPath) =>
        ofPath.Length > path.Length && ofPath.StartsWith(path, StringComparison.Ordinal) && char.IsAsciiLetter(ofPath[path.Length]);

    /// <summary>The paths of a reply's ancestors from the outermost on, without the top-level comment and at most <see cref="MaxLevels"/>.</summary>
    public static List<string> Ancestors(string path)
    {
        List<string> ancestors = [];
        for (var i = 1; i < path.Length; i++)
        {
            if (char.IsAsciiLetter(path[i]))
            {
                ancestors.Add(path[..i]);
            }

            if (path[i] == Deep)
            {
                break;
            }
        }

        return ancestors;
    }

    /// <summary>The outline number, such as <c>3.1.12</c>; empty beyond <see cref="MaxLevels"/> levels.</summary>
    /// <param name="root">The top-level comment's number.</param>
    /// <param name="path">The path below it.</param>
    public static string Outline(int root, string path)
    {
        var outline = new System.Text.StringBuilder();
        outline.Append(CultureInfo.InvariantCulture, $"{root}");
        foreach (var character in path)
        {
            if (character == Deep)
            {
                return "";
            }

            outline.Append(char.IsAsciiLetter(character) ? '.' : character);
        }

        return outline.ToString();
    }

    private static string Level(int number)
    {
        var digits = number.ToString(CultureInfo.InvariantCulture);
        return (char)('a' + digits.Length - 1) + digits;
    }
}
