using Embed.Server.Markup;

namespace Embed.UnitTests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("One line", "One line")]
    [InlineData("A *b* `c` [d](https://d.example) ~~e~~", "A b c d e")]
    [InlineData("1 < 2 && \"3\"", "1 < 2 && \"3\"")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("- one\n- two", "one two")]
    [InlineData("One\\\ntwo", "One two")]
    [InlineData("```\na  b\n```", "a b")]
    [InlineData("| a | b |\n|---|---|\n| c | d |", "a b c d")]
    public void An_excerpt_is_the_text_on_one_line(string markdown, string text) =>
        Assert.Equal(text, PlainText.Excerpt(CommentBody.Render(markdown).Value?.Value ?? "", 200));

    [Theory]
    [InlineData("one two three", 13, "one two three")]
    [InlineData("one two three", 12, "one two…")]
    [InlineData("one two three", 7, "one two…")]
    [InlineData("onetwothreefour", 6, "onetwo…")]
    [InlineData("a onetwothreefour", 10, "a onetwoth…")]
    [InlineData("一二三四五六七", 3, "一二三…")]
    public void A_long_text_is_cut_between_words_where_there_are_any(string text, int most, string cut) =>
        Assert.Equal(cut, PlainText.Excerpt($"<p>{text}</p>", most));

    [Fact]
    public void No_character_is_cut_in_two()
    {
        const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";

        Assert.Equal("xx…", PlainText.Excerpt($"<p>xx{Family}</p>", 5));
        Assert.Equal($"xx{Family}…", PlainText.Excerpt($"<p>xx{Family}y</p>", 10));
        Assert.Equal("\U0001F468…", PlainText.Excerpt($"<p>{Family}</p>", 2));
        Assert.False(char.IsHighSurrogate(PlainText.Excerpt($"<p>a{string.Concat(Enumerable.Repeat("\u0301", 9))}\U0001F468</p>", 5)[^2]));
    }

    [Fact]
    public void Paragraphs_are_lines() =>
        Assert.Equal(["one", "two three"], PlainText.Of("<p>one</p>\n<p>two <em>three</em></p>").Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
