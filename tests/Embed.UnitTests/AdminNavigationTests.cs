using Embed.Server.Admin.Shell;
using Embed.Server.Model;

namespace Embed.UnitTests;

/// <summary>Where the navigation of the admin pages leads, and from one site to another.</summary>
public sealed class AdminNavigationTests
{
    [Theory]
    [InlineData("/admin/sites/one/threads", "Moderator", "/admin/sites/two/threads")]
    [InlineData("/admin/sites/one/people/5", "Moderator", "/admin/sites/two/people")]
    [InlineData("/admin/threads/7", "Moderator", "/admin/sites/two/threads")]
    [InlineData("/admin/queue", "Moderator", "/admin/queue?site=two")]
    [InlineData("/admin/log", "Moderator", "/admin/sites/two/log")]
    [InlineData("/admin/sites/one/settings", "Owner", "/admin/sites/two/settings")]
    [InlineData("/admin/sites/one/settings", "Moderator", "/admin/sites/two")]
    [InlineData("/admin/sites", "Owner", "/admin/sites/two")]
    [InlineData("/admin/sites/one", "Owner", "/admin/sites/two")]
    [InlineData("/admin", "Owner", "/admin/sites/two")]
    public void Another_site_opens_at_the_same_page_where_it_has_one_for_this_role(string path, string role, string address) =>
        Assert.Equal(address, AdminNavigation.LikeOf(path, "two", Enum.Parse<SiteRole>(role)));

    [Fact]
    public void A_site_has_its_queue_in_its_menu_and_it_is_current_there_alone()
    {
        var queue = Assert.Single(AdminNavigation.ForSite("one", SiteRole.Moderator), link => link.Label == "Queue");

        Assert.Equal(("/admin/queue?site=one", "one"), (queue.Address, queue.HeldAt));
        Assert.Equal(queue.Address, AdminNavigation.CurrentOf("/admin/queue", "one"));
        Assert.Equal("/admin/queue", AdminNavigation.CurrentOf("/admin/queue", null));
        Assert.Equal("/admin/log", AdminNavigation.CurrentOf("/admin/log", "one"));
    }
}
