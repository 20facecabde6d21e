using Embed.Server.Model;
using Embed.Server.Transfer.Importing;

namespace Embed.Server.Admin.Imports;

/// <summary>A rewriting of addresses, as it is typed.</summary>
public sealed class RewriteDraft
{
    /// <summary>What addresses begin with in the source.</summary>
    public string From { get; set; } = "";

    /// <summary>What stands there instead.</summary>
    public string To { get; set; } = "";

    /// <summary>Whether nothing is typed: then it is none.</summary>
    internal bool IsEmpty => From.Trim().Length == 0 && To.Trim().Length == 0;
}

/// <summary>What is chosen for an import, as it is typed.</summary>
public sealed class ImportDraft
{
    private readonly List<RewriteDraft> _rewrites = [new()];

    /// <summary>The format's name, or that it is recognised.</summary>
    public string Format { get; set; } = ReadSource.Auto;

    /// <summary>Whether e-mail and network addresses are kept.</summary>
    public bool KeepsPrivate { get; set; }

    /// <summary>The rewritings, empty ones among them.</summary>
    public IReadOnlyList<RewriteDraft> Rewrites => _rewrites;

    /// <summary>What it comes to. The pages always show first what an import would do.</summary>
    internal ImportOptions Options => new()
    {
        IsDryRun = true,
        KeepsPrivate = KeepsPrivate,
        Rewrites = [.. Rewrites.Where(row => !row.IsEmpty).Select(row => new AddressRewrite(row.From.Trim(), row.To.Trim()))],
    };

    /// <summary>What was chosen for an import that there is.</summary>
    internal static ImportDraft Of(Import import)
    {
        var options = ImportOptions.Of(import);
        var draft = new ImportDraft { Format = import.Format, KeepsPrivate = options.KeepsPrivate };
        draft._rewrites.InsertRange(0, options.Rewrites.Select(rewrite => new RewriteDraft { From = rewrite.From, To = rewrite.To }));
        return draft;
    }

    /// <summary>Adds a rewriting, in the place of an empty one where there is one.</summary>
    internal void Fill(RewriteDraft row)
    {
        _rewrites.RemoveAll(other => other.IsEmpty);
        _rewrites.Add(row);
    }

    /// <summary>Adds an empty rewriting.</summary>
    internal void AddEmpty() => _rewrites.Add(new());

    /// <summary>Takes a rewriting away. One is always there to type in.</summary>
    internal void Remove(RewriteDraft row)
    {
        _rewrites.Remove(row);
        if (_rewrites.Count == 0)
        {
            AddEmpty();
        }
    }
}

/// <summary>What is fetched from GitHub, as it is typed.</summary>
public sealed class GitHubDraft
{
    /// <summary>Whether it is a repository of Giscus; one of Utterances otherwise.</summary>
    public bool IsGiscus { get; set; } = true;

    /// <summary>The repository, <c>owner/name</c>.</summary>
    public string Repository { get; set; } = "";

    /// <summary>The category of discussions, or the label of issues; empty for all.</summary>
    public string Part { get; set; } = "";

    /// <summary>The token. Never kept.</summary>
    public string Token { get; set; } = "";

    /// <summary>The API's address; empty for GitHub's own.</summary>
    public string Api { get; set; } = "";
}
