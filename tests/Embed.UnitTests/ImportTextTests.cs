using Embed.Server.Admin.Imports;
using Embed.Server.Transfer.Backups;
using Embed.Server.Transfer.Importing;

namespace Embed.UnitTests;

/// <summary>What is said of imports where there is nothing, one of something, or more.</summary>
public sealed class ImportTextTests
{
    private static readonly KeptRow Answered = new("comment 7", "Replies hang from it.");

    [Theory]
    [InlineData(0, 0, 0, 0, 0, "It has brought no comments that are still here.")]
    [InlineData(1, 0, 0, 0, 0, "The one comment that it brought and is still here goes, with the thread and author that came with it.")]
    [InlineData(1, 0, 1, 1, 1, "The one comment that it brought and is still here goes, with the thread and author that came with it. One that goes is of somebody who signs in here and has it, by their number at GitHub or a claim. Of what it brought, one says what a later import says; that goes with it. One update of what was here before is taken back, unless somebody has changed it here since. All that stays is listed here afterwards.")]
    [InlineData(1, 1, 0, 0, 0, "The one comment that it brought would stay. What somebody has built on stays, with its thread and author, and with what it answers. Comment 7: Replies hang from it. All that stays is listed here afterwards.")]
    [InlineData(2, 1, 0, 0, 0, "1 of 2 comments goes. What somebody has built on stays, with its thread and author, and with what it answers. Comment 7: Replies hang from it. All that stays is listed here afterwards.")]
    [InlineData(2000, 0, 2, 2, 2, "All 2,000 comments that it brought and are still here go, with the threads and authors that it brought. 2 of those that go are of people who sign in here and have them, by their number at GitHub or a claim. Of what it brought, 2 say what a later import says; that goes with them. 2 updates of what was here before are taken back, unless somebody has changed it here since. All that stays is listed here afterwards.")]
    [InlineData(9, 2, 0, 0, 0, "7 of 9 comments go. What somebody has built on stays, with its thread and author, and with what it answers. Comment 7: Replies hang from it. … All that stays is listed here afterwards.")]
    public void Before_an_import_is_undone_it_is_said_what_goes(long comments, long staying, long updates, long later, long claimed, string said) =>
        Assert.Equal(said, ImportText.SentenceOf(new PreviewUndo.Preview(comments, staying, staying == 0 ? [] : [Answered], updates, later, claimed)));

    [Theory]
    [InlineData(0, 0, 0, "0 comments, 0 threads and 0 people")]
    [InlineData(1, 1, 1, "1 comment, 1 thread and 1 person")]
    [InlineData(2, 1000, 3, "2 comments, 1,000 threads and 3 people")]
    public void A_database_s_content_is_counted_in_words(long comments, long threads, long people, string said) =>
        Assert.Equal(said, new ContentCounts(comments, threads, people).ToString());
}
