using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Bunit;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>What a thread looks like in each of its states, in both renderings.</summary>
public sealed partial class ThreadViewTests : BunitContext
{
    private const string SignInNotices = ".notice.banned, .notice[class*=account-], .notice.signing-in, .notice[class*=signin-], .notice[class*=sso-], .thread > div[role=status]";

    [Fact]
    public void Who_cannot_sign_in_on_our_own_origin_is_led_to_their_account_by_the_script()
    {
        var thread = Threads.Of(Threads.Comment(1));

        var own = Draw(Threads.Live(thread, Threads.Viewer()));
        var known = Draw(Threads.Live(thread, Threads.Viewer() with { HasOwnWayIn = false }));

        Assert.Equal("https://comments.example/me", own.Find(".who a").GetAttribute("href"));
        Assert.Empty(own.FindAll("[data-act=account]"));
        Assert.Empty(known.FindAll(".who a"));
        Assert.Equal("Your account", known.Find(".who button[data-act=account]").TextContent);
    }

    [Fact]
    public void A_published_comment_shows_name_time_text_and_controls()
    {
        var comment = Draw(Threads.Static(Threads.Of(Threads.Comment(5) with { UpVotes = 3, EditedAt = Threads.Now }))).Find("#comment-5");

        Assert.Equal("Ada", comment.QuerySelector(".name")?.TextContent);
        Assert.Equal("2030-01-02T11:59:00Z", comment.QuerySelector("time")?.GetAttribute("datetime"));
        Assert.Equal("https://comments.example/c/5", comment.QuerySelector("a.when")?.GetAttribute("href"));
        Assert.Equal("text", comment.QuerySelector(".body em")?.TextContent);
        Assert.Equal("edited", comment.QuerySelector(".edited")?.TextContent);
        Assert.Equal(["up", "down", "reply", "flag", "hide"], Acts(comment));
        Assert.Equal(["3", ""], comment.QuerySelectorAll(".vote").Select(vote => vote.TextContent));
        Assert.Null(comment.QuerySelector(".badge, .outline, .inreply, .notice"));
    }

    [Fact]
    public void A_tombstone_shows_that_something_was_there_and_its_replies()
    {
        var thread = Threads.Of(Threads.Tombstone(5, Threads.Comment(6)));

        var tombstone = Draw(Threads.Live(thread, Threads.Viewer(isModerator: true))).Find("#comment-5");

        Assert.Equal("This comment was deleted.", tombstone.QuerySelector(":scope > article .quiet")?.TextContent);
        Assert.Null(tombstone.QuerySelector(":scope > article .name, :scope > article .body, :scope > article .acts"));
        Assert.NotNull(tombstone.QuerySelector("ol.replies #comment-6"));
    }

    [Theory]
    [InlineData(1, false, "edit delete")]
    [InlineData(2, true, "approve reject delete")]
    public void A_pending_comment_says_that_it_waits_and_offers_what_its_viewer_may_do(long viewer, bool isModerator, string acts)
    {
        var thread = Threads.Of(Threads.Comment(5) with { Standing = CommentStanding.Pending });

        var comment = Draw(Threads.Live(thread, Threads.Viewer(viewer, isModerator))).Find("#comment-5");

        Assert.NotNull(comment.QuerySelector(".notice.waits"));
        Assert.Equal(acts.Split(' '), Acts(comment));
    }

    [Theory]
    [InlineData(6, "Ada", null)]
    [InlineData(7, "Ada", "in reply to Ada")]
    [InlineData(7, null, "in reply to a deleted comment")]
    public void Beyond_the_deepest_indentation_a_reply_says_whom_it_answers(int depth, string? parent, string? words)
    {
        var thread = Threads.Of(Threads.Comment(5) with { Depth = depth, ParentId = 4, ParentAuthor = parent });

        var link = Draw(Threads.Static(thread)).Find("#comment-5").QuerySelector(".inreply");

        Assert.Equal(words, link?.TextContent);
        Assert.Equal(words is null ? null : "#comment-4", link?.GetAttribute("href"));
    }

    [Fact]
    public void A_closed_thread_says_so_and_offers_no_way_to_write()
    {
        var thread = Threads.Of(Threads.Comment(5)) with { IsClosed = true };

        foreach (var drawing in new[] { Threads.Static(thread), Threads.Live(thread, Threads.Viewer(1)) })
        {
            var view = Draw(drawing);
            Assert.Equal(WidgetText.For("en")["Closed"], view.Find(".notice.closed").TextContent);
            Assert.Empty(view.FindAll("form, [data-act=compose], [data-act=reply], [data-act=edit]"));
            Assert.NotNull(view.Find("#comment-5 .body"));
        }
    }

    [Theory]
    [InlineData(ThreadClosing.Moderator, "ClosedByModerator")]
    [InlineData(ThreadClosing.Age, "ClosedByAge")]
    [InlineData(null, "Closed")]
    public void A_closed_thread_says_why_in_each_language(ThreadClosing? by, string key)
    {
        var thread = Threads.Of(Threads.Comment(5)) with { IsClosed = true, ClosedBy = by };

        foreach (var text in WidgetText.Languages.Select(WidgetText.For))
        {
            Assert.Equal(text[key], Draw(Threads.Static(thread) with { Text = text }).Find(".notice.closed").TextContent);
        }
    }

    [Fact]
    public void An_empty_thread_invites()
    {
        var view = Draw(Threads.Static(Threads.Of()));

        Assert.Equal(WidgetText.For("en")["Empty"], view.Find(".empty").TextContent);
        Assert.NotNull(view.Find("[data-act=compose]"));
        Assert.Empty(view.FindAll(".comment"));
    }

    [Theory]
    [InlineData(true, "1.2")]
    [InlineData(false, null)]
    public void Outline_numbers_are_the_sites_choice(bool isNumbered, string? shown)
    {
        var thread = Threads.Of(Threads.Comment(5) with { Outline = "1.2" }) with { IsNumbered = isNumbered };

        Assert.Equal(shown, Draw(Threads.Static(thread)).Find("#comment-5").QuerySelector(".outline")?.TextContent);
    }

    [Fact]
    public void A_moderator_of_the_site_is_marked() =>
        Assert.Equal("Moderator", Draw(Threads.Static(Threads.Of(Threads.Comment(5) with { IsByModerator = true }))).Find(".badge").TextContent);

    [Fact]
    public void Names_are_text_whatever_they_are()
    {
        const string Name = "</b><script>x</script>\u202E";
        var view = Draw(Threads.Static(Threads.Of(Threads.Comment(5) with { AuthorName = Name })));

        Assert.Equal(Name, view.Find(".name").TextContent);
        Assert.NotNull(view.Find(".name bdi"));
        Assert.Empty(view.FindAll("script"));
    }

    [Theory]
    [InlineData("de", "ltr")]
    [InlineData("ar", "rtl")]
    public void It_speaks_its_language_and_what_people_wrote_keeps_its_direction(string language, string direction)
    {
        var view = Draw(Threads.Static(Threads.Of(Threads.Comment(5)), language));

        Assert.Equal((language, direction), (view.Find(".thread").GetAttribute("lang"), view.Find(".thread").GetAttribute("dir")));
        Assert.Equal("auto", view.Find(".body").GetAttribute("dir"));
        Assert.Equal(WidgetText.For(language)["Reply"], view.Find("[data-act=reply]").TextContent);
    }

    [Fact]
    public void Fragment_and_live_thread_show_the_same_but_for_the_form_for_a_new_comment()
    {
        var flat = Threads.Comment(2) with { Depth = 9, ParentId = 1, ParentAuthor = "Ada" };
        var moderators = Threads.Comment(4) with { IsByModerator = true, UpVotes = 2 };
        var thread = Threads.Of(Threads.Comment(1, flat), Threads.Tombstone(3, moderators)) with { IsNumbered = true };

        var fragment = Draw(Threads.Static(thread)).Find(".thread");
        var open = ThreadScreen.Start with { Forms = ThreadScreen.Start.Forms.SetItem(ThreadScreen.NewSlot, new FormState()) };
        var live = Draw(Threads.Live(thread, screen: open)).Find(".thread");

        Assert.Equal(("no", "yes"), (fragment.GetAttribute("data-live"), live.GetAttribute("data-live")));
        Assert.NotNull(fragment.QuerySelector("[data-act=compose]"));
        Assert.NotNull(live.QuerySelector("form[data-slot=new]"));
        // Hidden until the script has to say one of them, and then above everything.
        Assert.Empty(fragment.QuerySelectorAll(SignInNotices));
        Assert.NotEmpty(live.QuerySelectorAll(SignInNotices));
        Assert.All(live.QuerySelectorAll(".notice"), notice => Assert.True(notice.HasAttribute("hidden")));
        Assert.Equal(Shared(fragment), Shared(live));
    }

    [Fact]
    public void Signing_in_adds_only_what_that_person_may_do()
    {
        var thread = Threads.Of(Threads.Comment(1), Threads.Comment(2) with { Author = 2, AuthorName = "Ben" });

        var view = Draw(Threads.Live(thread, Threads.Viewer(2, isModerator: false, (1, 1))));

        Assert.Equal(["up", "down", "reply", "flag", "hide"], Acts(view.Find("#comment-1")));
        Assert.Equal(["true", "false"], view.FindAll("#comment-1 .vote").Select(vote => vote.GetAttribute("aria-pressed")));
        Assert.Equal(["up", "down", "reply", "edit", "delete"], Acts(view.Find("#comment-2")));
        Assert.All(view.FindAll("#comment-2 .vote"), vote => Assert.True(vote.HasAttribute("disabled")));
        Assert.Equal(["signout"], Acts(view.Find(".head")));
        Assert.Contains("Ben", view.Find(".who").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moderator_may_delete_anything_and_close_the_thread_but_edit_nobody_elses()
    {
        var view = Draw(Threads.Live(Threads.Of(Threads.Comment(1)), Threads.Viewer(2, isModerator: true)));

        Assert.Equal(["up", "down", "reply", "delete", "flag", "hide"], Acts(view.Find("#comment-1")));
        Assert.Equal(["close", "moderate", "signout"], Acts(view.Find(".head")));
    }

    [Fact]
    public void After_the_edit_window_only_deleting_is_left()
    {
        var old = Threads.Comment(1) with { PostedAt = Threads.Now.AddMinutes(-15) };

        Assert.Equal(["up", "down", "reply", "delete"], Acts(Draw(Threads.Live(Threads.Of(old), Threads.Viewer(1))).Find("#comment-1")));
    }

    [Fact]
    public void Deleting_is_asked_about_first()
    {
        var screen = ThreadScreen.Start with { Confirming = 1 };

        var comment = Draw(Threads.Live(Threads.Of(Threads.Comment(1)), Threads.Viewer(1), screen)).Find("#comment-1");

        Assert.Equal(["up", "down", "reply", "delete-yes", "delete-no"], Acts(comment));
    }

    [Fact]
    public void A_refused_text_stays_in_its_form_with_the_reason()
    {
        var screen = ThreadScreen.Start with
        {
            Forms = ThreadScreen.Start.Forms.Add("reply-1", new FormState("Typed", Refusal: new ThreadRefusal("body-too-long", 10_000))),
        };

        var form = Draw(Threads.Live(Threads.Of(Threads.Comment(1)), Threads.Viewer(), screen)).Find("#comment-1 form[data-slot=reply-1]");

        Assert.Equal("Typed", form.QuerySelector("textarea")?.TextContent);
        Assert.Equal("This is longer than 10,000 characters. Shorten it, or split it in two.", form.QuerySelector("[role=alert]")?.TextContent);
    }

    [Fact]
    public void Pressing_a_control_says_what_and_on_which_comment()
    {
        var acts = new List<ThreadAct>();
        var view = Render<ThreadView>(parameters => parameters
            .Add(v => v.Drawing, Threads.Live(Threads.Of(Threads.Comment(1), Threads.Comment(2))))
            .Add(v => v.OnAct, acts.Add));

        // The browser's script sends this event from the control that was clicked.
        view.Find("#comment-2").TriggerEvent("onembedact", new ActEventArgs { Verb = ThreadVerb.Reply, CommentId = 2 });
        view.Find(".thread").TriggerEvent("onembedact", new ActEventArgs { Verb = ThreadVerb.SignOut });

        Assert.Equal([new ThreadAct(ThreadVerb.Reply, 2), new ThreadAct(ThreadVerb.SignOut)], acts);
    }

    [Fact]
    public void A_new_reply_draws_nothing_again_but_what_it_hangs_from()
    {
        var before = Threads.Of(Threads.Comment(1, Threads.Comment(2)), Threads.Comment(3, Threads.Comment(4)));
        var view = Draw(Threads.Live(before, Threads.Viewer()));
        var after = Threads.Of(Threads.Comment(1, Threads.Comment(2, Threads.Comment(5))), Threads.Comment(3, Threads.Comment(4)));

        view.Render(parameters => parameters.Add(v => v.Drawing, Threads.Live(after.Since(before), Threads.Viewer())));

        Assert.NotNull(view.Find("#comment-2 #comment-5"));
        var branch = view.FindComponents<CommentItem>().Where(item => item.Instance.Comment.Id is 3 or 4).ToList();
        Assert.Equal([1, 1], branch.Select(item => item.RenderCount));
    }

    [Fact]
    public void What_is_open_and_voted_at_a_comment_is_drawn_there_however_deep()
    {
        var thread = Threads.Of(Threads.Comment(1, Threads.Comment(2, Threads.Comment(3))), Threads.Comment(4));
        var view = Draw(Threads.Live(thread, Threads.Viewer()));
        var screen = ThreadScreen.Start with { Forms = ThreadScreen.Start.Forms.Add("reply-3", new FormState()) };

        view.Render(parameters => parameters.Add(v => v.Drawing, Threads.Live(thread, Threads.Viewer(2, false, (2, -1)), screen)));

        Assert.NotNull(view.Find("#comment-3 form[data-slot=reply-3]"));
        Assert.Equal("true", view.Find("#comment-2 > article .vote.down").GetAttribute("aria-pressed"));
        Assert.Equal(1, view.FindComponents<CommentItem>().Single(item => item.Instance.Comment.Id == 4).RenderCount);
    }

    [Fact]
    public void When_the_edit_window_ends_editing_is_no_longer_offered()
    {
        var thread = Threads.Of(Threads.Comment(1));
        var view = Draw(Threads.Live(thread, Threads.Viewer(1)));
        Assert.Contains("edit", Acts(view.Find("#comment-1")));

        view.Render(parameters => parameters.Add(v => v.Drawing, Threads.Live(thread, Threads.Viewer(1)) with { Now = Threads.Now.AddMinutes(20) }));

        Assert.DoesNotContain("edit", Acts(view.Find("#comment-1")));
    }

    private IRenderedComponent<ThreadView> Draw(ThreadDrawing drawing) =>
        Render<ThreadView>(parameters => parameters.Add(view => view.Drawing, drawing));

    /// <summary>The verbs of the controls of a comment or header, without those of its replies.</summary>
    private static IEnumerable<string> Acts(IElement element) =>
        (element.QuerySelector(":scope > article") ?? element).QuerySelectorAll("[data-act]").Select(control => control.GetAttribute("data-act")!);

    /// <summary>The markup that both renderings share: all but the place of the new comment's form, and Blazor's own marks.</summary>
    private static string Shared(IElement thread)
    {
        var copy = (IElement)thread.Clone();
        copy.RemoveAttribute("data-live");
        foreach (var form in copy.QuerySelectorAll($"form[data-slot=new], button.invitation, {SignInNotices}").ToList())
        {
            // The line ends around a notice go with it.
            if (form.Matches(SignInNotices) && form.NextSibling is IText end && string.IsNullOrWhiteSpace(end.Data))
            {
                end.Remove();
            }

            form.Remove();
        }

        return Space().Replace(BlazorMark().Replace(copy.OuterHtml, ""), " ");
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Space();

    [GeneratedRegex(@" blazor:[^=]*=""[^""]*""", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex BlazorMark();
}
