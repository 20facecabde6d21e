using Bunit;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>The field for a guest's name where the page has no script.</summary>
public sealed class GuestNameTests : BunitContext
{
    [Theory]
    [InlineData("guest-name-invalid", ".guest-name")]
    [InlineData("too-long", "textarea")]
    public void What_was_refused_has_the_focus(string code, string field)
    {
        var plain = new PlainForms(
            "/t", _ => _ => { }, _ => "", ReplyTo: 0, (_, _) => "", "/signin", SignOutForm: null, new ThreadRefusal(code, 80), "Kept.", "Typed", _ => "", FlagOf: 0);
        var thread = Threads.Of() with { Guests = GuestPolicy.Held };

        var form = Render<CommentForm>(parameters => parameters
            .Add(f => f.Drawing, Threads.Static(thread) with { Plain = plain }).Add(f => f.Slot, ThreadScreen.NewSlot)).Find("form");

        Assert.True(Assert.Single(form.QuerySelectorAll("[autofocus]")).Matches(field));
        Assert.Equal(code == "guest-name-invalid", form.QuerySelector(".guest-name")!.HasAttribute("aria-invalid"));
        Assert.All(
            form.QuerySelector(".guest-name")!.GetAttribute("aria-describedby")!.Split(' '), id => Assert.NotNull(form.QuerySelector("#" + id)));
    }
}
