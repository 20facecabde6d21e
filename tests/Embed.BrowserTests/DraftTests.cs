using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Embed.BrowserTests;

/// <summary>Nothing that was written is lost, and nothing is posted twice.</summary>
public sealed class DraftTests(BrowserFixture browser, Blog blog) : IClassFixture<Blog>
{
    private const string Me = "Priya Nair";
    private const string Lost = "Connection lost.";

    // A new circuit after a lost one: waiting, asking, starting, drawing.
    private static readonly LocatorAssertionsToBeHiddenOptions Recovery = new() { Timeout = 20_000 };

    [Fact]
    public async Task Text_survives_a_reload()
    {
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(blog.NewPage());
        await thread.Invitation.ClickAsync();
        await thread.Field.FillAsync("Half a tho");

        await reader.Page.ReloadAsync();

        await Expect(thread.Field).ToHaveValueAsync("Half a tho");
    }

    [Fact]
    public async Task Text_survives_signing_in()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.ReadAsync(page);
        await thread.Invitation.ClickAsync();
        await thread.Field.FillAsync("A thought of my own");
        await thread.Act("A question.", "Reply to").ClickAsync();
        await thread.FieldIn("A question.").FillAsync("An answer");

        await reader.SignInAsync(() => thread.SignIn.ClickAsync(), Me);

        await Expect(thread.SignOut).ToBeVisibleAsync();
        await Expect(thread.Field).ToHaveValueAsync("A thought of my own");
        await Expect(thread.FieldIn("A question.")).ToHaveValueAsync("An answer");
    }

    [Fact]
    public async Task Reply_and_top_level_text_are_both_there_after_a_reload()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync("A thought of my own");
        await thread.Act("A question.", "Reply to").ClickAsync();
        await thread.FieldIn("A question.").FillAsync("An answer");

        await reader.Page.ReloadAsync();

        await Expect(thread.FieldIn("A question.")).ToHaveValueAsync("An answer");
        await Expect(thread.Field).ToHaveValueAsync("A thought of my own");
    }

    [Fact]
    public async Task Changed_text_of_an_edit_is_there_after_a_reload()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "As it was.", by: Me);
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Act("As it was.", "Edit").ClickAsync();
        await thread.Element.GetByLabel("Edit your comment").FillAsync("As it should be.");

        await reader.Page.ReloadAsync();

        await Expect(thread.Element.GetByLabel("Edit your comment")).ToHaveValueAsync("As it should be.");
        await thread.Button("Save").ClickAsync();
        await Expect(thread.Comment("As it should be.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Cancelled_text_does_not_come_back()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Act("A question.", "Reply to").ClickAsync();
        await thread.FieldIn("A question.").FillAsync("Better not");

        await thread.Button("Cancel").ClickAsync();
        await Expect(thread.FieldIn("A question.")).ToHaveCountAsync(0);
        await reader.Page.ReloadAsync();
        await Expect(thread.Live).ToBeVisibleAsync();

        await Expect(thread.FieldIn("A question.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Server_restart_in_the_middle_of_writing_loses_nothing_and_the_post_works_after_it()
    {
        var page = blog.NewPage();
        await blog.PostAsync(page, "A question.");
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.Act("A question.", "Reply to").ClickAsync();
        await thread.FieldIn("A question.").FillAsync("Written before,");

        await blog.Server.StopAsync();
        try
        {
            await Expect(thread.Notice(Lost)).ToBeVisibleAsync();
            await thread.FieldIn("A question.").PressAsync("End");
            await reader.Page.Keyboard.TypeAsync(" and while it was gone");
        }
        finally
        {
            blog.Server.Start();
        }

        await Expect(thread.Notice(Lost)).ToBeHiddenAsync(Recovery);
        await Expect(thread.FieldIn("A question.")).ToHaveValueAsync("Written before, and while it was gone");
        await Expect(thread.FieldIn("A question.")).ToBeFocusedAsync();
        await reader.Page.Keyboard.TypeAsync(", and after.");
        await thread.SubmitIn("A question.").ClickAsync();

        await Expect(thread.Comment("Written before, and while it was gone, and after.")).ToBeVisibleAsync();
        Assert.Equal(2, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Post_pressed_while_the_server_is_gone_is_sent_once_when_it_is_back()
    {
        var page = blog.NewPage();
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync("Sent into the void.");
        await blog.Server.StopAsync();
        try
        {
            await Expect(thread.Notice(Lost)).ToBeVisibleAsync();
            await thread.Post.ClickAsync();
            await Expect(thread.Field).ToHaveValueAsync("Sent into the void.");
        }
        finally
        {
            blog.Server.Start();
        }

        await Expect(thread.Comment("Sent into the void.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(thread.Field).ToHaveCountAsync(0);
        await Expect(thread.Comments).ToHaveCountAsync(1);
        Assert.Equal(1, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Connection_cut_right_after_the_post_does_not_double_it()
    {
        var page = blog.NewPage();
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        var sockets = await Sockets.OfAsync(reader.Page);
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync("Once only.");

        // What the browser sends still arrives; nothing the server answers gets through any more, then the line breaks.
        sockets.Mute();
        await thread.Post.ClickAsync();
        await WaitForCountAsync(page, 1);
        await sockets.CutAsync();

        await Expect(thread.Comment("Once only.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(thread.Field).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Expect(thread.Comments).ToHaveCountAsync(1);
        Assert.Equal(1, await blog.CountAsync(page));
    }

    [Fact]
    public async Task Short_loss_of_the_network_keeps_text_and_thread()
    {
        var page = blog.NewPage();
        await using var reader = await browser.OpenAsync();
        reader.ExpectLostConnection();
        var sockets = await Sockets.OfAsync(reader.Page);
        var thread = await reader.TakePartAsync(blog, page, Me);
        await thread.WriteAsync("On a train");

        await reader.Context.SetOfflineAsync(true);
        await sockets.CutAsync();
        await Expect(thread.Notice(Lost)).ToBeVisibleAsync();
        await reader.Context.SetOfflineAsync(false);
        await Expect(thread.Notice(Lost)).ToBeHiddenAsync(Recovery);
        await Expect(thread.Field).ToHaveValueAsync("On a train");
        await thread.Post.ClickAsync();

        await Expect(thread.Comment("On a train")).ToBeVisibleAsync();
        Assert.Equal(1, await blog.CountAsync(page));
    }

    private async Task WaitForCountAsync(string page, int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await blog.CountAsync(page) != count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(30), timeout.Token);
        }
    }
}
