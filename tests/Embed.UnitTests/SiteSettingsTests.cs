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
            DefaultSort = ThreadSort.Discussed,
            IsIndexed = false,
            QueryParameters = ["p", "q[]"],
            AllowsGuests = true,
            HoldsGuests = false,
            AllowsMail = true,
            SignInProviders = ["GitHub", "Work"],
            ClosesAfterDays = 30,
            SlowModeMinutes = 5,
        };

        var settings = SiteSettings.Read(SiteForm.From(site)).Settings!;

        Assert.Equal(site.Origins, settings.Origins);
        Assert.Equal(site.Moderators, settings.Moderators);
        Assert.Equal(site.QueryParameters, settings.QueryParameters);
        Assert.Equal(site.SignInProviders, settings.SignInProviders);
        Assert.False(settings.IsIndexed);
        Assert.Equal((30, 5), (settings.ClosesAfterDays, settings.SlowModeMinutes));
        Assert.Equal((true, false, true), (settings.AllowsGuests, settings.HoldsGuests, settings.AllowsMail));
        Assert.Equal(
            ("Blog", 3, true, 0, true, ThreadSort.Discussed),
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
        var form = new SiteForm("My Blog", "", "https://blog.example/path", "octocat", "21", false, "-1", false, "Loudest", true, "p=1", ["no name"], false, true, false, "3651", "1441", 0);

        var (settings, faults) = SiteSettings.Read(form);

        Assert.Null(settings);
        Assert.Equal(
            ["ClosesAfterDays", "DefaultSort", "EditWindowMinutes", "Key", "MaxIndent", "Moderators", "Name", "Origins", "QueryParameters", "SignInProviders", "SlowModeMinutes"],
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

    [Fact]
    public void Settings_for_search_engines_and_addresses_come_into_force_with_a_new_revision()
    {
        var site = new Site { Key = "blog", Name = "Blog", Origins = ["https://blog.example"], Revision = 4 };

        SiteSettings.Read(Good with { IsIndexed = false, QueryParameters = " p \n\nid\np" }).Settings!.ApplyTo(site);

        Assert.Equal(["p", "id"], site.QueryParameters);
        Assert.False(site.IsIndexed);
        Assert.Equal(5, site.Revision);
    }

    [Theory]
    [InlineData("a=b")]
    [InlineData("a&b")]
    [InlineData("#a")]
    [InlineData("a b")]
    [InlineData("a\u0007")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public void Rejects_what_is_no_parameter_name(string typed) =>
        Assert.Contains(nameof(SiteForm.QueryParameters), SiteSettings.Read(Good with { QueryParameters = typed }).Faults.Keys);

    [Fact]
    public void Takes_20_parameters_and_refuses_one_more()
    {
        static string Names(int count) => string.Join('\n', Enumerable.Range(1, count).Select(number => $"p{number}"));

        Assert.Empty(SiteSettings.Read(Good with { QueryParameters = Names(20) }).Faults);
        Assert.Contains(nameof(SiteForm.QueryParameters), SiteSettings.Read(Good with { QueryParameters = Names(21) }).Faults.Keys);
    }

    [Fact]
    public void Takes_100_origins_and_200_moderators_and_refuses_one_more()
    {
        static string Lines(int count, string prefix) => string.Join('\n', Enumerable.Range(1, count).Select(number => $"{prefix}{number}"));

        Assert.Empty(SiteSettings.Read(Good with { Origins = Lines(100, "https://blog-"), Moderators = Lines(200, "GitHub:") }).Faults);
        Assert.Equal(
            ["Moderators", "Origins"],
            SiteSettings.Read(Good with { Origins = Lines(101, "https://blog-"), Moderators = Lines(201, "GitHub:") }).Faults.Keys.Order(StringComparer.Ordinal));
    }
}
