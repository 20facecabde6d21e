using System.Globalization;
using System.Text.RegularExpressions;
using Bunit;
using Embed.Widget;

namespace Embed.UnitTests;

/// <summary>The picture beside a name: the person's own over one made of the name.</summary>
public sealed partial class ShownPictureTests : BunitContext
{
    [Theory]
    [InlineData("", "/pictures/abc")]
    [InlineData("https://comments.example", "https://comments.example/pictures/abc")]
    public void A_picture_lies_over_the_letter_waits_for_nothing_and_is_nothing_to_a_screen_reader(string server, string address)
    {
        var thread = Threads.Of(Threads.Comment(5) with { Picture = "/pictures/abc" }) with { ServerAddress = server };

        foreach (var drawing in new[] { Threads.Static(thread), Threads.Live(thread) })
        {
            Render<ThreadView>(view => view.Add(v => v.Drawing, drawing)).Find("#comment-5 .avatar").MarkupMatches(
                $"""<span class="avatar c1" aria-hidden="true">A<img src="{address}" width="32" height="32" loading="lazy" decoding="async" alt=""></span>""");
        }
    }

    [Fact]
    public void Without_one_there_is_the_letter_and_where_the_comment_is_gone_neither()
    {
        var view = Render<ThreadView>(parameters => parameters.Add(v => v.Drawing, Threads.Static(Threads.Of(
            Threads.Comment(5), Threads.Tombstone(6, Threads.Comment(7)) with { Picture = "/pictures/abc" }))));

        view.Find("#comment-5 .avatar").MarkupMatches("""<span class="avatar c1" aria-hidden="true">A</span>""");
        Assert.Empty(view.FindAll("img, #comment-6 > article .avatar"));
    }

    // WCAG 2.2, success criterion 1.4.3. The page's colours have no part in it: both are the picture's own.
    [Fact]
    public void The_letter_can_be_read_on_each_colour()
    {
        using var stream = typeof(ThreadView).Assembly.GetManifestResourceStream("embed.css")!;
        using var reader = new StreamReader(stream);
        var styles = reader.ReadToEnd();
        var colour = Colour().Match(styles);
        Assert.True(colour.Success);

        var contrasts = Hue().Matches(styles)
            .Select(hue => 1.05 / (Luminance(Number(hue, "hue"), Number(colour, "saturation") / 100, Number(colour, "lightness") / 100) + 0.05)).ToList();

        Assert.Equal(8, contrasts.Count);
        Assert.All(contrasts, contrast => Assert.InRange(contrast, 4.5, 21));
    }

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    // CSS Color 4, section 7.1, and WCAG's relative luminance.
    private static double Luminance(double hue, double saturation, double lightness)
    {
        double Channel(double n)
        {
            var k = (n + (hue / 30)) % 12;
            var value = lightness - (saturation * Math.Min(lightness, 1 - lightness) * Math.Max(-1, Math.Min(k - 3, Math.Min(9 - k, 1))));
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(8)) + (0.0722 * Channel(4));
    }

    [GeneratedRegex(@"\.avatar \{[^}]*background: hsl\(var\(--hue\) (?<saturation>\d+)% (?<lightness>\d+)%\);\s+border-radius: 50%;\s+color: #fff;", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Colour();

    [GeneratedRegex(@"\.c\d \{ --hue: (?<hue>\d+); \}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hue();
}
