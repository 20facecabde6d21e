using AngleSharp.Dom;
using Bunit;
using Embed.Server.Admin.Sites;

namespace Embed.UnitTests;

/// <summary>Which ways to sign in a site offers, as its owner ticks them.</summary>
public sealed class ProvidersSettingTests : BunitContext
{
    private IReadOnlyList<string> _chosen = ["Gone", "work"];

    [Fact]
    public void A_forgotten_one_stays_in_sight_and_is_told()
    {
        var setting = Draw();

        Assert.Equal(
            ["Staff", "Work checked", "Gone checked"],
            setting.FindAll("input").Select(box => $"{box.GetAttribute("value")} {(box.HasAttribute("checked") ? "checked" : "")}".Trim()));
        Assert.Contains("no longer configured", setting.Find("fieldset").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Ticking_adds_and_unticking_takes_away_whatever_the_case()
    {
        var setting = Draw();

        setting.Find("input[value=Staff]").Change(true);
        Assert.Equal(["Gone", "work", "Staff"], _chosen);
        setting.Render(parameters => parameters.Add(p => p.Chosen, _chosen));
        setting.Find("input[value=Work]").Change(false);
        Assert.Equal(["Gone", "Staff"], _chosen);
        setting.Render(parameters => parameters.Add(p => p.Chosen, _chosen));
        setting.Find("input[value=Gone]").Change(false);
        Assert.Equal(["Staff"], _chosen);
    }

    private IRenderedComponent<ProvidersSetting> Draw() => Render<ProvidersSetting>(parameters => parameters
        .Add(p => p.Configured, [("Staff", "Staff"), ("Work", "Work login")])
        .Add(p => p.Chosen, _chosen)
        .Add(p => p.Changed, chosen => _chosen = chosen));
}
