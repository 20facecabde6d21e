namespace Embed.Server.Admin.SelfCheck;

/// <summary>How well something fits.</summary>
internal enum Fit
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Comments work; something does less than it could, or could surprise.</summary>
    Notice,

    /// <summary>Comments, or taking part in them, will not work.</summary>
    Fault,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Topic">What: a few words.</param>
/// <param name="Fit">How well it fits.</param>
/// <param name="Sentence">What was found.</param>
/// <param name="Change">What to change; null where nothing is to be.</param>
/// <param name="Code">A line to copy, where the change has one.</param>
internal sealed record Finding(string Topic, Fit Fit, string Sentence, string? Change = null, string? Code = null);

/// <summary>What was found on a page.</summary>
/// <param name="Address">Where the page came from in the end.</param>
/// <param name="Findings">All that was looked at, in the order in which a reader's browser would meet it.</param>
internal sealed record PageReport(string Address, IReadOnlyList<Finding> Findings)
{
    /// <summary>The worst of it.</summary>
    public Fit Worst => Findings.Max(finding => finding.Fit);
}
