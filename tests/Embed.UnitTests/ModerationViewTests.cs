using System.Collections.Immutable;
using AngleSharp.Dom;
using Bunit;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>What moderators see and press in a thread, reports, and what stands at its top.</summary>
public sealed class ModerationViewTests : BunitContext
{
    private static readonly ModeratorFacts Facts = new(3, "", []);

    [Fact]
    public void Readers_get_nothing_of_it()
    {
        var thread = Threads.Of(Threads.Comment(5));

        foreach (var drawing in new[] { Threads.Static(thread), Threads.Live(thread, Threads.Viewer()) })
        {
            Assert.Empty(Draw(drawing).FindAll("[data-act=moderate], .moderating, .flags, .done"));
        }
    }

    [Theory]
    [InlineData(CommentStanding.Published, false, "reject spam delete-why edit pin ban")]
    [InlineData(CommentStanding.Published, true, "dismiss reject spam delete-why edit pin ban")]
    [InlineData(CommentStanding.Pending, false, "approve reject spam delete-why edit ban")]
    public void The_acts_of_one_comment_open_below_it(CommentStanding standing, bool isFlagged, string acts)
    {
        var facts = Facts with { Flags = isFlagged ? [new FlagFact("abuse", "Rude")] : [] };
        var view = Draw(Live(Threads.Comment(5) with { Standing = standing }, facts, ThreadScreen.Start with { Moderating = 5 }));

        Assert.Equal(acts.Split(' '), view.FindAll("#comment-5 .moderating [data-act]").Select(b => b.GetAttribute("data-act")!));
        Assert.Equal("group", view.Find("#comment-5 .moderating").GetAttribute("role"));
    }

    [Fact]
    public void Why_it_was_held_and_what_was_reported_is_said()
    {
        var held = Draw(Live(Threads.Comment(5) with { Standing = CommentStanding.Pending }, Facts with { HeldFor = "speed:3:10" }));
        Assert.Contains("more than 3 comments in 10 minutes", held.Find("#comment-5").TextContent, StringComparison.Ordinal);

        var flagged = Draw(Live(Threads.Comment(5), Facts with { Flags = [new FlagFact("offTopic", "<b>x</b>"), new FlagFact("spam", "")] }));
        Assert.Equal("2 reports", flagged.Find(".flags p").TextContent);
        Assert.Equal(["Nothing to do with the page: <b>x</b>", "Advertising"], flagged.FindAll(".flags li").Select(li => li.TextContent));
    }

    [Fact]
    public void A_comment_says_which_revision_a_moderator_sees_and_to_others_none()
    {
        Assert.Equal("3", Draw(Live(Threads.Comment(5), Facts)).Find("#comment-5").GetAttribute("data-seen"));
        Assert.Null(Draw(Threads.Live(Threads.Of(Threads.Comment(5)), Threads.Viewer(2))).Find("#comment-5").GetAttribute("data-seen"));
    }

    [Fact]
    public void A_change_of_what_moderators_know_is_drawn()
    {
        var thread = Threads.Of(Threads.Comment(5));
        var view = Draw(Threads.Live(thread, Moderator(Facts)));

        view.Render(parameters => parameters.Add(v => v.Drawing, Threads.Live(thread, Moderator(Facts with { Flags = [new FlagFact("spam", "")] }))));

        Assert.NotNull(view.Find("#comment-5 .flags"));
    }

    [Fact]
    public void What_was_done_can_be_undone_while_that_is_possible()
    {
        var done = Draw(Live(Threads.Comment(5), Facts, ThreadScreen.Start with { Done = new DoneState(ThreadVerb.Pin, 7) })).Find(".done");
        Assert.Equal(("status", "Pinned."), (done.GetAttribute("role"), done.QuerySelector("p")!.FirstChild!.TextContent.Trim()));
        Assert.NotNull(done.QuerySelector("[data-act=undo]"));

        var undone = Draw(Live(Threads.Comment(5), Facts, ThreadScreen.Start with { Done = new DoneState(ThreadVerb.Undo, 0) })).Find(".done");
        Assert.Null(undone.QuerySelector("button"));
    }

    [Theory]
    [InlineData(ThreadVerb.Flag, 5, "reason text")]
    [InlineData(ThreadVerb.DeleteWithReason, 5, "text")]
    [InlineData(ThreadVerb.Ban, 5, "number text tick")]
    [InlineData(ThreadVerb.Note, 0, "text")]
    [InlineData(ThreadVerb.SlowMode, 0, "number")]
    public void Each_form_asks_for_what_its_act_needs_and_labels_it(string verb, long comment, string fields)
    {
        var view = Draw(Live(Threads.Comment(5), Facts, ThreadScreen.Start with { Ask = new AskState(verb, comment, new ThreadRefusal("too-many", 5)) }));

        var form = view.Find($"form[data-ask={verb}]");
        Assert.Equal(fields.Split(' '), form.QuerySelectorAll("[name]").Select(field => field.GetAttribute("name")!));
        Assert.All(form.QuerySelectorAll("[name]"), field => Assert.True(
            field.ParentElement!.LocalName == "label" || form.QuerySelector($"label[for={field.Id}]") is not null));
        Assert.NotNull(form.QuerySelector("[role=alert]"));
        Assert.Equal(comment == 5, form.Closest("#comment-5") is not null);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("ar")]
    public void Note_and_pinned_comment_stand_before_all_others_in_every_language(string language)
    {
        var pinned = Threads.Comment(5) with { IsPinned = true };
        var thread = Threads.Of(pinned) with { Pinned = pinned with { Replies = [] }, Note = Threads.Comment(1).Body };

        var view = Draw(Threads.Static(thread, language));

        Assert.Equal("text", view.Find(".thread-note em").TextContent);
        Assert.Equal(WidgetText.For(language)["PinnedComment"], view.Find(".pin").GetAttribute("aria-label"));
        Assert.Equal("5", view.Find(".pin .acts a").GetAttribute("data-permalink"));
        Assert.Single(view.FindAll("#comment-5"));
        Assert.NotNull(view.Find("#comment-5 .badge.pinned"));
    }

    [Fact]
    public void A_reason_is_text_on_the_tombstone()
    {
        var view = Draw(Threads.Static(Threads.Of(Threads.Tombstone(5, Threads.Comment(6)) with { Reason = "<i>Ads</i>" })));

        Assert.Equal("Removed by a moderator: <i>Ads</i>", view.Find("#comment-5 > article .by .quiet").TextContent);
        Assert.Equal("This comment was removed by a moderator.", view.Find("#comment-5 > article").GetAttribute("aria-label"));
    }

    [Fact]
    public void Slow_mode_is_told_before_one_writes_but_not_to_the_exempt()
    {
        var thread = Threads.Of(Threads.Comment(5)) with { SlowModeMinutes = 10 };
        var open = ThreadScreen.Start with { Forms = ThreadScreen.Start.Forms.Add(ThreadScreen.NewSlot, new FormState()) };

        Assert.Contains("10 minutes", Draw(Threads.Live(thread, Threads.Viewer(), open)).Find(".hint.slow").TextContent, StringComparison.Ordinal);
        Assert.Empty(Draw(Threads.Live(thread, Threads.Viewer() with { IsNotSlowed = true }, open)).FindAll(".hint.slow"));
    }

    [Fact]
    public void Who_has_reported_it_is_told_so_and_can_take_it_back()
    {
        var view = Draw(Threads.Live(Threads.Of(Threads.Comment(5), Threads.Comment(6)), Threads.Viewer() with { Flagged = [5] }));

        Assert.NotNull(view.Find("#comment-5 .flagged [data-act=unflag]"));
        Assert.Empty(view.FindAll("#comment-6 .flagged"));
    }

    [Fact]
    public void Nobody_can_hide_whoever_has_no_name_any_more() =>
        Assert.Empty(Draw(Threads.Static(Threads.Of(Threads.Comment(5) with { AuthorName = "" }))).FindAll("[data-act=hide]"));

    private static Viewer Moderator(ModeratorFacts facts) => Threads.Viewer(2, isModerator: true) with
    {
        Moderation = new ModeratorView("", 0, ImmutableDictionary<long, ModeratorFacts>.Empty.Add(5, facts)),
    };

    private static ThreadDrawing Live(CommentModel comment, ModeratorFacts facts, ThreadScreen? screen = null) =>
        Threads.Live(Threads.Of(comment), Moderator(facts), screen);

    private IRenderedComponent<ThreadView> Draw(ThreadDrawing drawing) =>
        Render<ThreadView>(parameters => parameters.Add(view => view.Drawing, drawing));
}
