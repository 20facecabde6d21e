using System.Globalization;
using System.Security.Cryptography;
using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Embed.Server.Model;
using Embed.Widget;

namespace Embed.Server.Threads;

/// <summary>
/// Comments as an Atom feed (RFC 4287) with threading (RFC 4685), in pages (RFC 5005, section 3). Pure: the same comments
/// are the same text.
/// </summary>
/// <param name="site">The site.</param>
/// <param name="server">Our own origin: feeds need absolute links.</param>
/// <param name="address">Where the feed is.</param>
/// <param name="text">Its language.</param>
internal sealed class AtomFeed(Site site, string server, FeedAddress address, WidgetText text)
{
    /// <summary>The media type (RFC 4287, section 7).</summary>
    public const string MediaType = "application/atom+xml";

    private const string Threading = "http://purl.org/syndication/thread/1.0";

    /// <summary>The feed of one thread.</summary>
    /// <param name="place">Where the thread is.</param>
    /// <param name="thread">What is known of it; null for a page nobody has commented on.</param>
    /// <param name="page">Its comments.</param>
    public string OfThread(ThreadPlace place, ThreadFacts? thread, LatestPage page)
    {
        var host = thread?.PageAddress ?? place.Page.Address;
        var title = thread is { Title.Length: > 0 } ? thread.Title : Uri.UnescapeDataString(host);
        return Write(thread is null ? $"thread {place.Page.Key}" : string.Create(CultureInfo.InvariantCulture, $"thread {thread.Id}"), title, host, thread?.CreatedAt ?? site.CreatedAt, page);
    }

    /// <summary>The feed of a whole site.</summary>
    public string OfSite(LatestPage page) => Write("comments", site.Name, site.Origins[0] + "/", site.CreatedAt, page);

    private string Write(string id, string title, string host, DateTimeOffset began, LatestPage page)
    {
        var feed = new SyndicationFeed(page.Comments.Select(Item))
        {
            Id = Urn(id),
            Title = new TextSyndicationContent(Legal(text.Format("DiscussionOf", title))),
            Language = text.Language,
            LastUpdatedTime = page.Comments.Select(Updated).DefaultIfEmpty(began).Max(),
        };
        feed.AttributeExtensions.Add(new XmlQualifiedName("thr", "http://www.w3.org/2000/xmlns/"), Threading);
        feed.Links.Add(Link("alternate", host, "text/html"));
        feed.Links.Add(Link("self", server + address.At(page.Before), MediaType));
        feed.Links.Add(Link("first", server + address.At(null), MediaType));
        if (page.HasPrevious)
        {
            feed.Links.Add(Link("previous", server + address.At(page.Previous), MediaType));
        }

        if (page.Next is not null)
        {
            feed.Links.Add(Link("next", server + address.At(page.Next), MediaType));
        }

        var xml = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = XmlWriter.Create(xml, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            feed.GetAtom10Formatter().WriteTo(writer);
        }

        // A declaration from here would name the encoding of .NET strings; without one it is UTF-8 (XML 1.0, 4.3.3).
        return xml.ToString();
    }

    private SyndicationItem Item(LatestComment comment)
    {
        var item = new SyndicationItem
        {
            Id = IdOf(comment.Id),
            Title = new TextSyndicationContent(Legal(text.Format("CommentByOn", text.NameOf(comment.AuthorName), comment.PageName))),
            Content = new TextSyndicationContent(Legal(comment.BodyHtml), TextSyndicationContentKind.Html),
            PublishDate = comment.PostedAt,
            LastUpdatedTime = Updated(comment),
        };
        item.Authors.Add(new SyndicationPerson { Name = Legal(text.NameOf(comment.AuthorName)) });
        item.Links.Add(Link("alternate", comment.Address, "text/html"));
        if (comment.ParentId is { } parent)
        {
            var source = server + FeedAddress.Holding(site.Key, comment, address.Language).At(null);
            item.ElementExtensions.Add(new XElement(
                XName.Get("in-reply-to", Threading),
                new XAttribute("ref", IdOf(parent)),
                new XAttribute("href", $"{comment.PageAddress}#comment-{parent}"),
                new XAttribute("type", "text/html"),
                new XAttribute("source", source)).CreateReader());
        }

        if (comment.ReplyCount > 0)
        {
            var replies = Link("replies", comment.Address, "text/html");
            replies.AttributeExtensions.Add(new XmlQualifiedName("count", Threading), $"{comment.ReplyCount}");
            item.Links.Add(replies);
            item.ElementExtensions.Add(new XElement(XName.Get("total", Threading), comment.ReplyCount).CreateReader());
        }

        return item;
    }

    private string IdOf(long comment) => Urn($"comment {comment}");

    /// <summary>
    /// A lasting id that says nothing about addresses, which change: a UUID of the site's birth and the name of the thing within
    /// it (RFC 9562, version 8).
    /// </summary>
    private string Urn(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{site.Key} {site.CreatedAt.ToUnixTimeMilliseconds()} {name}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(hash, bigEndian: true)}";
    }

    private static DateTimeOffset Updated(LatestComment comment) => comment.EditedAt ?? comment.PostedAt;

    private static SyndicationLink Link(string relation, string address, string type) =>
        new(new Uri(address)) { RelationshipType = relation, MediaType = type };

    /// <summary>The text without what XML 1.0 cannot hold, not even escaped (section 2.2).</summary>
    private static string Legal(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                kept.Append(text[i]);
            }
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                kept.Append(text, i++, 2);
            }
        }

        return kept.ToString();
    }
}
