using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Embed.Server.Markup;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// A thread for search engines: a discussion of the host page with its comments, in schema.org's words (JSON-LD 1.1), as
/// far as it is shown. Names and times only, nothing else about people.
/// </summary>
internal static class StructuredData
{
    private static readonly JsonWriterOptions Options = new()
    {
        // Every script as it is, but nothing that could end the element it stands in: <, >, & and line separators are escaped.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>The JSON of a thread.</summary>
    /// <param name="thread">The thread, with the comments of the shown page.</param>
    /// <param name="title">The host page's title; empty if unknown.</param>
    /// <param name="began">When its first comment came.</param>
    /// <param name="text">The page's language: what stands for a name that is gone is in it.</param>
    public static string Of(ThreadModel thread, string title, DateTimeOffset began, WidgetText text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("@context", "https://schema.org");
            json.WriteString("@type", "DiscussionForumPosting");
            json.WriteString("url", thread.PageAddress);
            json.WriteString("headline", title.Length > 0 ? title : thread.PageAddress);
            json.WriteStartObject("author");
            json.WriteString("@type", "Organization");
            json.WriteString("name", thread.SiteName);
            json.WriteEndObject();
            json.WriteString("datePublished", began.UtcDateTime);
            json.WriteStartObject("sharedContent");
            json.WriteString("@type", "WebPage");
            json.WriteString("url", thread.PageAddress);
            json.WriteEndObject();
            json.WriteNumber("commentCount", thread.CommentCount);
            WriteComments(json, thread, thread.Comments, null, text);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // No deeper than the thread's indentation, which is limited.
    private static void WriteComments(Utf8JsonWriter json, ThreadModel thread, IEnumerable<CommentModel> comments, long? parent, WidgetText text)
    {
        json.WriteStartArray("comment");
        foreach (var comment in comments.Where(c => c.Standing != CommentStanding.Pending))
        {
            WriteComment(json, thread, comment, parent, text);
        }

        json.WriteEndArray();
    }

    private static void WriteComment(Utf8JsonWriter json, ThreadModel thread, CommentModel comment, long? parent, WidgetText text)
    {
        json.WriteStartObject();
        json.WriteString("@type", "Comment");
        json.WriteString("url", AddressOf(thread, comment.Id));
        if (comment.ParentId is { } answered && answered != parent)
        {
            // Beyond the last level of indentation replies follow what they answer instead of standing in it.
            json.WriteStartObject("parentItem");
            json.WriteString("@type", "Comment");
            json.WriteString("url", AddressOf(thread, answered));
            json.WriteEndObject();
        }

        if (comment.Standing == CommentStanding.Tombstone)
        {
            json.WriteString("creativeWorkStatus", "Deleted");
        }
        else
        {
            WriteText(json, comment, text);
        }

        if (!comment.Replies.IsEmpty)
        {
            WriteComments(json, thread, comment.Replies, comment.Id, text);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, CommentModel comment, WidgetText text)
    {
        json.WriteStartObject("author");
        json.WriteString("@type", "Person");
        json.WriteString("name", text.NameOf(comment.AuthorName));
        json.WriteEndObject();
        json.WriteString("datePublished", comment.PostedAt.UtcDateTime);
        if (comment.EditedAt is { } edited)
        {
            json.WriteString("dateModified", edited.UtcDateTime);
        }

        json.WriteString("text", PlainText.Of(comment.Body.Value));
        json.WriteNumber("upvoteCount", comment.UpVotes);
        json.WriteNumber("downvoteCount", comment.DownVotes);
    }

    private static string AddressOf(ThreadModel thread, long comment) => $"{thread.PageAddress}#comment-{comment}";
}
