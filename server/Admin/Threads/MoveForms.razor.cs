using Embed.Server.Model;
using Embed.Server.Moderation;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Threads;

/// <summary>The forms of the acts that are planned first. What was typed stays until the act is done.</summary>
public sealed partial class MoveForms
{
    private string _address = "";
    private string _into = "";
    private string _comment = "";
    private string _page = "";
    private string _pageTitle = "";
    private ThreadPlan? _plan;
    private bool _hasChanged;
    private Refusal? _refusal;
    private (string Field, string Text)? _fault;

    /// <summary>The site's key.</summary>
    [Parameter, EditorRequired]
    public required string Site { get; set; }

    /// <summary>The thread.</summary>
    [Parameter, EditorRequired]
    public required long ThreadId { get; set; }

    /// <summary>Called when an act is done: with a sentence, the thread that has the comments since, and the log's entry.</summary>
    [Parameter]
    public EventCallback<(string Text, long ThreadId, long Entry)> OnDone { get; set; }

    private string? FaultOf(string field) => _fault is { } fault && fault.Field == field ? fault.Text : null;

    private Task PlanAsync(string act) => ActAsync(act, null);

    private async Task AnswerAsync(bool isYes)
    {
        if (isYes)
        {
            await ActAsync(_plan!.Act, _plan.Seen);
        }
        else
        {
            _plan = null;
        }
    }

    private async Task ActAsync(string act, string? seen)
    {
        var actor = await Session.AdmitAsync(Site, CancellationToken.None);
        if (actor.Value is null)
        {
            (_plan, _refusal) = (null, actor.Refusal);
            return;
        }

        var (commenter, into) = (actor.Value.Commenter, _plan?.Into.Id ?? 0);
        var result = act switch
        {
            MoveThread.Word => await Move.HandleAsync(commenter, ThreadId, new(_address, seen), CancellationToken.None),
            MergeThreads.Word => await Merge.HandleAsync(commenter, ThreadId, new(_into, seen), CancellationToken.None),
            _ => await Split.HandleAsync(commenter, ThreadId, new(_comment, _page, _pageTitle, seen), CancellationToken.None),
        };
        // Another plan than the one that was confirmed: something has changed since it was shown.
        (_plan, _hasChanged, _refusal) = (result.Plan, seen is not null, result.Refusal);
        _fault = result.Fault is { } fault ? (FieldOf(act, fault), ThreadActText.Of(result)) : null;
        _into = result.Fault == ThreadFault.AddressTaken ? _address : _into;
        if (result.Done is { } entry)
        {
            (_address, _into, _comment, _page, _pageTitle) = ("", "", "", "", "");
            await OnDone.InvokeAsync((ThreadActText.Of(ThreadActDetails.Of(entry)!), act == MergeThreads.Word ? into : ThreadId, entry.Id));
        }
    }

    // The field that a fault concerns.
    private static string FieldOf(string act, ThreadFault fault) => (act, fault) switch
    {
        (_, ThreadFault.CommentInvalid) => "comment",
        (_, ThreadFault.TitleTooLong) => "page-title",
        (MergeThreads.Word, _) => "into",
        (MoveThread.Word, _) => "address",
        _ => "branch-page",
    };
}
