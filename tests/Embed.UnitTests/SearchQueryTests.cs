using Embed.Server.Moderation;

namespace Embed.UnitTests;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("rye bread", "\"rye\" AND \"bread\"")]
    [InlineData("\"rye bread\"", "\"rye bread\"")]
    [InlineData("\"rye bread", "\"rye bread\"")]
    [InlineData("brea*", "\"brea\" *")]
    [InlineData("\"rye brea\"*", "\"rye brea\" *")]
    [InlineData("bread -spam -\"buy now\"", "(\"bread\") NOT (\"spam\" OR \"buy now\")")]
    [InlineData("a\"b c\"d", "\"a\" AND \"b c\" AND \"d\"")]
    [InlineData("AND OR NOT", "\"AND\" AND \"OR\" AND \"NOT\"")]
    [InlineData("it's_x-y", "\"it s x y\"")]
    [InlineData("x\0y", "\"x y\"")]
    [InlineData("!!! …", null)]
    [InlineData("", null)]
    [InlineData("-x", null)]
    public void Typed_words_become_a_safe_expression(string typed, string? match) => Assert.Equal(match, SearchQuery.Parse(typed).Match);

    [Fact]
    public void Scripts_without_spaces_are_parts()
    {
        var query = SearchQuery.Parse("rye 面包 -\"好 吃\" ยา");

        Assert.Equal("\"rye\"", query.Match);
        Assert.Equal(["面包", "ยา"], query.Parts);
        Assert.Equal(["好 吃"], query.UnwantedParts);
    }

    [Theory]
    [InlineData("-x", true)]
    [InlineData("-面", true)]
    [InlineData("x -y", false)]
    [InlineData("面 -y", false)]
    [InlineData("", false)]
    public void It_is_known_whether_only_what_must_not_be_there_is_said(string typed, bool isSo) =>
        Assert.Equal(isSo, SearchQuery.Parse(typed).HasUnwantedOnly);

    [Theory]
    [InlineData("Crème brûlée", "creme", "[Crème] brûlée")]
    [InlineData("Rye, bread; RYE", "rye", "[Rye], bread; [RYE]")]
    [InlineData("breadth and bread", "bread", "breadth and [bread]")]
    [InlineData("breadth and bread", "brea*", "[breadth] and [bread]")]
    [InlineData("The rye bread", "\"rye bread\"", "The [rye bread]")]
    [InlineData("The rye bread", "\"rye brea\"*", "The [rye bread]")]
    [InlineData("rye bread", "rye \"rye bread\"", "[rye bread]")]
    [InlineData("今天的面包好", "面包", "今天的[面包]好")]
    [InlineData("nothing here", "rye", "nothing here")]
    [InlineData("nothing here", "-rye", "nothing here")]
    [InlineData("", "rye", "")]
    public void What_was_looked_for_is_marked(string text, string typed, string marked) =>
        Assert.Equal(marked, string.Concat(Excerpt.Of(text, SearchQuery.Parse(typed)).Select(part => part.IsMarked ? $"[{part.Text}]" : part.Text)));

    [Fact]
    public void A_long_text_is_cut_around_the_first_thing_found_and_never_within_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("🥖", 400)) + " rye " + string.Concat(Enumerable.Repeat("🍞", 400));

        var parts = Excerpt.Of(text, SearchQuery.Parse("rye"));
        var shown = string.Concat(parts.Select(part => part.Text));

        Assert.Equal("rye", Assert.Single(parts, part => part.IsMarked).Text);
        Assert.StartsWith("… 🥖", shown, StringComparison.Ordinal);
        Assert.EndsWith("🍞 …", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 100, Excerpt.MaxCharacters + 10);
    }
}
