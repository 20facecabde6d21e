using Embed.Server.Admin.ActLog;
using Embed.Server.Model;
using Embed.Server.Moderation;

namespace Embed.UnitTests;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_cell_is_text_whatever_it_says(string? text, string cell) => Assert.Equal(cell, LogExport.Cell(text));

    [Theory]
    [InlineData(true, "yes")]
    [InlineData(null, "–")]
    [InlineData("", "–")]
    [InlineData(15, "15")]
    public void Values_are_said_in_words(object? value, string said) => Assert.Equal(said, LogValues.Of(value));

    [Fact]
    public void Lists_rules_people_and_states_are_said_in_words()
    {
        Assert.Equal("a, b", LogValues.Of(new List<string> { "a", "b" }));
        Assert.Equal("–", LogValues.Of(new List<string>()));
        Assert.Equal("1. Links 2: hold\n2. Words (x, y): spam, off", LogValues.Of(new List<Rule>
        {
            new() { Condition = RuleCondition.Links, Number = 2, Verdict = RuleVerdict.Hold },
            new() { Condition = RuleCondition.Words, Words = ["x", "y"], Verdict = RuleVerdict.Spam, IsOff = true },
        }));
        Assert.Equal("Former commenter", LogValues.Of(new LoggedPerson(7, "")));
        Assert.Equal("Published, in a deleted thread", LogValues.Of(CommentState.Published | CommentState.InDeletedThread));
        Assert.Equal("2 January 2030, 12:00 UTC", LogValues.Of(new DateTimeOffset(2030, 1, 2, 13, 0, 0, TimeSpan.FromHours(1))));
    }

    [Theory]
    [InlineData("from", "2030-03-31", "2030-03-30T23:00:00Z")]
    [InlineData("to", "2030-03-31", "2030-03-31T22:00:00Z")]
    [InlineData("from", "2030-03-31T10:00:00Z", "2030-03-31T10:00:00Z")]
    [InlineData("to", "2030-03-31T10:00:00.250+02:00", "2030-03-31T08:00:00.250Z")]
    public void Days_of_a_filter_are_those_of_who_asks(string name, string typed, string moment)
    {
        var filter = LogFilter.Read(asked => asked == name ? typed : null, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).Value!;

        Assert.Equal(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), filter.From ?? filter.To);
    }

    [Theory]
    [InlineData("from", "9999-12-31")]
    [InlineData("from", "0001-01-01")]
    [InlineData("to", "31.3.2030")]
    [InlineData("who", "99999999999999999999")]
    [InlineData("via", "1")]
    [InlineData("undone", "true")]
    public void What_is_no_filter_is_refused(string name, string typed) =>
        Assert.Equal(Refusal.LogFilterInvalid, LogFilter.Read(asked => asked == name ? typed : null, TimeZoneInfo.Utc).Refusal);
}
