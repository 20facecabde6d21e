using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Embed.Server.Markup;

/// <summary>
/// What stands in one paragraph, as it comes. White space is collapsed over all of it, as browsers draw it, and stands outside of the
/// emphasis it would begin or end; emphasis around nothing is left out, and so are line breaks at both ends.
/// </summary>
internal sealed class InlineRun(IHtmlDocument document)
{
    private static readonly char[] Space = [' ', '\t', '\n', '\r', '\f'];

    private readonly Stack<IElement> _open = new();
    // Begun, and nothing in them yet.
    private readonly List<IElement> _begun = [];
    private IElement _top = document.CreateElement("p");
    private bool _needsSpace;
    private bool _needsBreak;

    /// <summary>Whether nothing would be seen.</summary>
    public bool IsEmpty => !_top.HasChildNodes;

    /// <summary>Whether its last line has ended, and nothing came since.</summary>
    public bool IsBroken => _needsBreak;

    private IElement Current => _open.TryPeek(out var open) ? open : _top;

    public void AddText(string text)
    {
        var words = text.Split(Space, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            _needsSpace |= text.Length > 0;
            return;
        }

        _needsSpace |= Space.Contains(text[0]);
        Place(document.CreateTextNode(string.Join(' ', words)));
        _needsSpace = Space.Contains(text[^1]);
    }

    public void AddCode(string text)
    {
        var code = string.Join(' ', text.Split(Space, StringSplitOptions.RemoveEmptyEntries));
        if (code.Length > 0)
        {
            var element = document.CreateElement("code");
            element.TextContent = code;
            Place(element);
        }
    }

    /// <summary>Ends the line.</summary>
    public void Break() => _needsBreak = true;

    /// <summary>Adds what <paramref name="add"/> adds within an element; without effect within one of its own kind.</summary>
    public void Within(string name, string? address, Action add)
    {
        if (_open.Concat(_begun).Any(outer => outer.LocalName == name))
        {
            add();
            return;
        }

        var element = document.CreateElement(name);
        if (address is not null)
        {
            element.SetAttribute("href", address);
        }

        _begun.Add(element);
        add();
        if (!_begun.Remove(element))
        {
            _open.Pop();
        }
    }

    /// <summary>Moves all into an element, and begins anew.</summary>
    public void MoveTo(IElement element)
    {
        _top.Normalize();
        element.Append([.. _top.ChildNodes]);
        Clear();
    }

    public void Clear()
    {
        _top = document.CreateElement("p");
        (_needsSpace, _needsBreak) = (false, false);
    }

    private void Place(INode node)
    {
        if (!IsEmpty && _needsBreak)
        {
            Current.AppendChild(document.CreateElement("br"));
            Current.AppendChild(document.CreateTextNode("\n"));
        }
        else if (!IsEmpty && _needsSpace)
        {
            Current.AppendChild(document.CreateTextNode(" "));
        }

        (_needsSpace, _needsBreak) = (false, false);
        foreach (var element in _begun)
        {
            Current.AppendChild(element);
            _open.Push(element);
        }

        _begun.Clear();
        Current.AppendChild(node);
    }
}
