using Embed.Server.Model;
using Embed.Server.Threads;

namespace Embed.UnitTests;

public sealed class PageUrlTests
{
    private static readonly Site Blog = new()
    {
        Key = "blog",
        Name = "Blog",
        Origins = ["https://blog.example", "http://127.0.0.1:5081", "https://xn--mller-kva.example", "http://[::1]:5081"],
    };

    [Theory]
    [InlineData("https://blog.example/post", "blog.example/post")]
    [InlineData("http://blog.example/post", "blog.example/post")]
    [InlineData("  https://blog.example/post  ", "blog.example/post")]
    [InlineData("HTTPS://Blog.Example/Post", "blog.example/Post")]
    [InlineData("https://BLOG.EXAMPLE/post?Q=A", "blog.example/post?Q=A")]
    [InlineData("https://blog.example:443/post", "blog.example/post")]
    [InlineData("http://blog.example:80/post", "blog.example/post")]
    [InlineData("http://127.0.0.1:5081/post", "127.0.0.1:5081/post")]
    [InlineData("http://[::1]:5081/post", "[::1]:5081/post")]
    [InlineData("https://müller.example/post", "xn--mller-kva.example/post")]
    [InlineData("https://mu\u0308ller.example/post", "xn--mller-kva.example/post")]
    [InlineData("https://XN--MLLER-KVA.example/post", "xn--mller-kva.example/post")]
    [InlineData("https://MÜLLER.example:443/post", "xn--mller-kva.example/post")]
    [InlineData("https://xn--mller-kva.example/post", "xn--mller-kva.example/post")]
    public void Scheme_case_and_spelling_of_the_host_make_no_difference(string page, string key) =>
        Assert.Equal(key, Key(page));

    [Theory]
    [InlineData("https://blog.example", "blog.example/")]
    [InlineData("https://blog.example/", "blog.example/")]
    [InlineData("https://blog.example//", "blog.example/")]
    [InlineData("https://blog.example?", "blog.example/")]
    [InlineData("https://blog.example#top", "blog.example/")]
    [InlineData("https://blog.example/index.html", "blog.example/")]
    [InlineData("https://blog.example/post/", "blog.example/post")]
    [InlineData("https://blog.example/post/#comments", "blog.example/post")]
    [InlineData("https://blog.example/post/index.html", "blog.example/post")]
    [InlineData("https://blog.example/post/Default.aspx", "blog.example/post")]
    [InlineData("https://blog.example/post/index.php?p=1", "blog.example/post?p=1")]
    [InlineData("https://blog.example/index.html/post", "blog.example/index.html/post")]
    [InlineData("https://blog.example/post/myindex.html", "blog.example/post/myindex.html")]
    [InlineData("https://blog.example/a/./b/../c", "blog.example/a/c")]
    [InlineData("https://blog.example/../../a", "blog.example/a")]
    [InlineData("https://blog.example/a/b/..", "blog.example/a")]
    [InlineData("https://blog.example/a/%2E%2e/b", "blog.example/b")]
    [InlineData("https://blog.example/a\\b", "blog.example/a/b")]
    [InlineData("https://blog.example/a//b", "blog.example/a//b")]
    public void Folds_paths_that_lead_to_one_document(string page, string key) => Assert.Equal(key, Key(page));

    [Theory]
    [InlineData("https://blog.example/%7Euser/%41", "blog.example/~user/A")]
    [InlineData("https://blog.example/caf%c3%a9", "blog.example/caf%C3%A9")]
    [InlineData("https://blog.example/café", "blog.example/caf%C3%A9")]
    [InlineData("https://blog.example/😀", "blog.example/%F0%9F%98%80")]
    [InlineData("https://blog.example/a%2fb", "blog.example/a%2Fb")]
    [InlineData("https://blog.example/a b", "blog.example/a%20b")]
    [InlineData("https://blog.example/100%", "blog.example/100%25")]
    [InlineData("https://blog.example/%zz%4", "blog.example/%25zz%254")]
    [InlineData("https://blog.example/<\"`{|}^>", "blog.example/%3C%22%60%7B%7C%7D%5E%3E")]
    [InlineData("https://blog.example/a;b=c:@!$&'()*+,", "blog.example/a;b=c:@!$&'()*+,")]
    public void Percent_encoding_has_one_spelling(string page, string key) => Assert.Equal(key, Key(page));

    [Theory]
    [InlineData("?utm_source=x&UTM_Medium=y&fbclid=1&gclid=2&mc_eid=3&%67clid=4", "")]
    [InlineData("?p=1&utm_source=x&id=2", "?id=2&p=1")]
    [InlineData("?b=2&a=1&b=1", "?a=1&b=2&b=1")]
    [InlineData("?&&a=1&&", "?a=1")]
    [InlineData("?a", "?a")]
    [InlineData("?a=", "?a=")]
    [InlineData("?q=é%3d\\", "?q=%C3%A9%3D%5C")]
    [InlineData("?q=a/b?c", "?q=a/b?c")]
    [InlineData("?utm=1", "?utm=1")]
    [InlineData("?ref=home", "?ref=home")]
    public void Keeps_the_parameters_that_name_the_page_in_a_stable_order(string query, string kept) =>
        Assert.Equal("blog.example/post" + kept, Key("https://blog.example/post" + query));

    [Theory]
    [InlineData("?p=1&lang=de&utm_source=x", "?p=1")]
    [InlineData("?lang=de", "")]
    [InlineData("?P=1", "")]
    [InlineData("?utm_campaign=2&p=1", "?p=1&utm_campaign=2")]
    [InlineData("?%70=1", "?p=1")]
    [InlineData("?gr%c3%b6%C3%9fe=1", "?gr%C3%B6%C3%9Fe=1")]
    [InlineData("?größe=1&p", "?gr%C3%B6%C3%9Fe=1&p")]
    [InlineData("?p=2&p=1", "?p=2&p=1")]
    [InlineData("?=1&&p=1", "?p=1")]
    public void Parameters_that_the_site_names_are_the_only_ones_that_count_even_if_they_would_track(string query, string kept)
    {
        var site = new Site { Key = "blog", Name = "Blog", Origins = Blog.Origins, QueryParameters = ["p", "utm_campaign", "größe"] };

        var page = PageUrl.Parse("https://blog.example/post" + query, null, site);

        Assert.Equal("blog.example/post" + kept, page?.Key);
        Assert.Equal(page, PageUrl.Parse(page?.Address, null, site));
    }

    [Theory]
    [InlineData("https://blog.example/post?sort=new", "https://blog.example/post", "blog.example/post")]
    [InlineData("https://blog.example/amp/post", "http://xn--mller-kva.example/post/#main", "xn--mller-kva.example/post")]
    [InlineData("https://blog.example/post", "https://blog.example/", "blog.example/")]
    [InlineData("https://preview.other.example/post", "https://blog.example/post", "blog.example/post")]
    [InlineData("https://blog.example/post", "https://magazine.example/post", "blog.example/post")]
    [InlineData("https://blog.example/post", "https://me@blog.example/else", "blog.example/post")]
    [InlineData("https://blog.example/post", "javascript:alert(1)", "blog.example/post")]
    [InlineData("https://blog.example/post", "data:,", "blog.example/post")]
    [InlineData("https://blog.example/post", "/else", "blog.example/post")]
    [InlineData("https://blog.example/post", "", "blog.example/post")]
    [InlineData("https://blog.example/post", null, "blog.example/post")]
    [InlineData("https://evil.example/post", "https://evil.example/else", null)]
    public void The_canonical_address_counts_where_it_is_the_sites(string page, string? canonical, string? key) =>
        Assert.Equal(key, PageUrl.Parse(page, canonical, null, Blog)?.Key);

    [Fact]
    public void An_explicit_thread_stays_and_its_permalinks_lead_to_the_canonical_address() =>
        Assert.Equal(
            new PageUrl("#guestbook", "https://blog.example/book"),
            PageUrl.Parse("https://blog.example/book?day=1", "https://blog.example/book", "guestbook", Blog));

    [Theory]
    [InlineData("http://BLOG.example:80", "http://blog.example/")]
    [InlineData("https://blog.example/post/?b=2&utm_source=x&a=1#top", "https://blog.example/post/?b=2&a=1")]
    [InlineData("https://blog.example/post/index.html", "https://blog.example/post/index.html")]
    [InlineData("https://müller.example/ü", "https://xn--mller-kva.example/%C3%BC")]
    public void The_address_still_leads_to_the_page(string page, string address) =>
        Assert.Equal(address, PageUrl.Parse(page, null, Blog)?.Address);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/post")]
    [InlineData("//blog.example/post")]
    [InlineData("blog.example/post")]
    [InlineData("https:/blog.example/post")]
    [InlineData("https:///blog.example/post")]
    [InlineData("ftp://blog.example/post")]
    [InlineData("javascript:alert(1)//https://blog.example/")]
    [InlineData("https://other.example/post")]
    [InlineData("https://blog.example.other.example/post")]
    [InlineData("https://notblog.example/post")]
    [InlineData("https://blog.example./post")]
    [InlineData("https://blog.example:8443/post")]
    [InlineData("http://blog.example:443/post")]
    [InlineData("http://127.0.0.1/post")]
    [InlineData("https://blog%2Eexample/post")]
    [InlineData("https://me@blog.example/post")]
    [InlineData("https://me:pw@blog.example/post")]
    [InlineData("https://other.example\\@blog.example/post")]
    [InlineData("https://other.example#@blog.example/post")]
    [InlineData("https://blog.example/a\tb")]
    [InlineData("https://blog.example/a\0b")]
    [InlineData("https://blog.example/a\u0085b")]
    [InlineData("https://blog.example/#a\nb")]
    [InlineData("https://xn--\u0301.example/")]
    public void Refuses_what_is_not_an_address_of_the_site(string? page) => Assert.Null(PageUrl.Parse(page, null, Blog));

    [Fact]
    public void Refuses_half_surrogate_pairs()
    {
        Assert.Null(PageUrl.Parse("https://blog.example/\uD800", null, Blog));
        Assert.Null(PageUrl.Parse("https://blog.example/?a=\uDC00b", null, Blog));
        Assert.Null(PageUrl.Parse("https://bl\uD800og.example/", null, Blog));
    }

    [Fact]
    public void Refuses_addresses_longer_than_2000_characters_as_given_or_encoded()
    {
        const string Start = "https://blog.example/";
        var longest = Start + new string('a', CommentThread.MaxAddressCharacters - Start.Length);

        Assert.Equal(longest, PageUrl.Parse(longest, null, Blog)?.Address);
        Assert.Null(PageUrl.Parse(longest + "a", null, Blog));
        Assert.Null(PageUrl.Parse(Start + new string('é', 400), null, Blog));
        Assert.Null(PageUrl.Parse(Start + "?" + new string('é', 400), null, Blog));
    }

    [Fact]
    public void An_explicit_thread_never_collides_with_an_address()
    {
        Assert.Equal(
            new PageUrl("#guestbook", "https://blog.example/post"),
            PageUrl.Parse("https://blog.example/post", " guestbook ", Blog));
        Assert.Equal("#blog.example/post", PageUrl.Parse("https://blog.example/other", "blog.example/post", Blog)?.Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void A_blank_thread_is_none(string thread) =>
        Assert.Equal("blog.example/post", PageUrl.Parse("https://blog.example/post", thread, Blog)?.Key);

    [Fact]
    public void An_explicit_thread_still_needs_a_page_of_the_site_and_a_sensible_id()
    {
        Assert.Null(PageUrl.Parse("https://other.example/post", "guestbook", Blog));
        Assert.Null(PageUrl.Parse("https://blog.example/post", "guest\nbook", Blog));
        Assert.Null(PageUrl.Parse("https://blog.example/post", new string('x', 201), Blog));
        Assert.NotNull(PageUrl.Parse("https://blog.example/post", new string('x', 200), Blog));
    }

    [Fact]
    public void A_canonical_address_is_its_own_canonical_address()
    {
        const string Page = "http://blog.example:80/a/../%7Ecafé/index.php?b=%2f&a=+&utm_id=1#x";
        var once = PageUrl.Parse(Page, null, Blog)!;

        Assert.Equal(once, PageUrl.Parse(once.Address, null, Blog));
        Assert.Equal(once.Key, Key("https://" + once.Key));
    }

    private static string? Key(string page) => PageUrl.Parse(page, null, Blog)?.Key;
}
