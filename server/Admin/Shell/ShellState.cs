namespace Embed.Server.Admin.Shell;

/// <summary>What the pages of one circuit tell the frame around them.</summary>
internal sealed class ShellState
{
    /// <summary>Called when the frame must look anew.</summary>
    public event Action? Changed;

    /// <summary>The build that the document came from; part of its files' addresses.</summary>
    public string Build { get; set; } = "";

    /// <summary>Whether a page has been shown already: on the first one the browser itself says where focus is.</summary>
    public bool HasShownPage { get; set; }

    /// <summary>Whether single keys act, as the user of this device has chosen.</summary>
    public bool HasKeys { get; private set; } = true;

    /// <summary>The key of the site that the page is about; null for none.</summary>
    public string? Site { get; private set; }

    /// <summary>Says that what the frame shows has changed, such as a site's name.</summary>
    public void Renew() => Changed?.Invoke();

    /// <summary>Says whether single keys act.</summary>
    public void SetKeys(bool hasKeys)
    {
        if (HasKeys != hasKeys)
        {
            HasKeys = hasKeys;
            Changed?.Invoke();
        }
    }

    /// <summary>Says which site the page is about.</summary>
    public void Show(string? site)
    {
        if (Site != site)
        {
            Site = site;
            Changed?.Invoke();
        }
    }
}
