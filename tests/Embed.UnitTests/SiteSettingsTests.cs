using Embed.Server.Admin;
using Embed.Server.Model;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>What the administrators' form takes, and what it says about the rest.</summary>
public sealed class SiteSettingsTests
{
    private static readonly SiteForm Good = SiteForm.New with { Key = "blog", Name = "Blog", Origins = "https://blog.example" };

    [Fact]
    public void A_form_is_read_as_it_was_written()
    {
        var site = new Site
        {
            Key = "blog",
            Name = "Blog",
            Origins = ["https://blog.example", "http://localhost:5081"],
            Moderators = ["GitHub:583231"],
            MaxIndent = 3,
            IsNumbered = true,
            EditWindowMinutes = 0,
            HoldsComments = true,
            DefaultSort = ThreadSort.Best,
        };

        var settings = SiteSettings.Read(SiteForm.From(site)).Settings!;

        Assert.Equal(site.Origins, settings.Origins);
        Assert.Equal(site.Moderators, settings.Moderators);
        Assert.Equal(
            ("Blog", 3, true, 0, true, ThreadSort.Best),
            (settings.Name, settings.MaxIndent, settings.IsNumbered, settings.EditWindowMinutes, settings.HoldsComments, settings.DefaultSort));
    }

    [Fact]
    public void Origins_are_kept_as_browsers_state_them_each_once()
    {
        var form = Good with { Origins = " https://Blog.Example:443 \n\nhttps://blog.example/\nhttp://localhost:5081" };

        Assert.Equal(["https://blog.example", "http://localhost:5081"], SiteSettings.Read(form).Settings!.Origins);
    }

    [Fact]
    public void All_faults_are_found_at_once()
    {
        var form = new SiteForm("My Blog", "", "https://blog.example/path", "octocat", "21", false, "-1", false, "Loudest", 0);

        var (settings, faults) = SiteSettings.Read(form);

        Assert.Null(settings);
        Assert.Equal(
            ["DefaultSort", "EditWindowMinutes", "Key", "MaxIndent", "Moderators", "Name", "Origins"],
            faults.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("blog.example")]
    [InlineData("ftp://blog.example")]
    [InlineData("https://user@blog.example")]
    public void Rejects_what_is_no_origin(string typed) =>
        Assert.Contains(nameof(SiteForm.Origins), SiteSettings.Read(Good with { Origins = typed }).Faults.Keys);
}
