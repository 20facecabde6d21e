using Embed.Server.Model;

namespace Embed.Server.PreModeration;

/// <summary>What becomes of a comment, and who says so.</summary>
/// <param name="Verdict">What is to be done.</param>
/// <param name="HeldFor">Why it is not published, as <see cref="HeldFor"/> writes it; empty where it is.</param>
/// <param name="Rule">The place in the list of the rule that decided, from 1; 0 for the site's other settings.</param>
/// <param name="Reason">What the site tells its author, where it is refused; empty for a sentence of ours.</param>
internal sealed record Judgement(RuleVerdict Verdict, string HeldFor = "", int Rule = 0, string Reason = "")
{
    public static readonly Judgement Published = new(RuleVerdict.Publish);

    /// <summary>The state of a new comment; what is refused gets none.</summary>
    public CommentState State => Verdict switch
    {
        RuleVerdict.Publish => CommentState.Published,
        RuleVerdict.Hold => CommentState.Pending,
        RuleVerdict.Spam => CommentState.Spam,
        _ => throw new InvalidOperationException("A refused comment is not kept."),
    };

    /// <summary>The refusal, where it is refused.</summary>
    public Refusal? Refusal => Verdict == RuleVerdict.Refuse ? Model.Refusal.RuleRefused(Reason) : null;
}
