using Embed.Server.Admin.Queue;

namespace Embed.UnitTests;

/// <summary>What the queue says of several people.</summary>
public sealed class QueueTextTests
{
    [Theory]
    [InlineData("Ana", "", "Banned: Ana.")]
    [InlineData("Ana Bo", "", "Banned: 2 people.")]
    [InlineData("Ana Bo", "Mo", "Banned: 2 people. Not banned: Mo. Nobody bans themselves, or people with as much power.")]
    [InlineData("", "Mo Jo", "Nobody was banned. Not banned: Mo and Jo. Nobody bans themselves, or people with as much power.")]
    public void Who_was_banned_is_told_and_who_was_not(string banned, string refused, string told) =>
        Assert.Equal(told, QueueText.Banned(Split(banned), Split(refused)));

    [Theory]
    [InlineData("Ana", "Ana")]
    [InlineData("Ana Bo Cem", "Ana, Bo and Cem")]
    [InlineData("A B C D E", "A, B, C, D and E")]
    [InlineData("A B C D E F", "A, B, C, D and 2 others")]
    public void Names_are_few(string names, string text) => Assert.Equal(text, QueueText.Names(Split(names)));

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, " One was changed meanwhile and is still selected: look at it again.")]
    [InlineData(1_200, " 1,200 were changed meanwhile and are still selected: look at them again.")]
    public void What_was_left_alone_of_a_selection_is_said(int count, string text) => Assert.Equal(text, QueueText.Kept(count));
}
