using Embed.Server.Admin;
using Embed.Server.Admin.SelfCheck;
using Embed.Server.Model;

namespace Embed.UnitTests;

/// <summary>What the self-check finds on pages that fit and pages that do not.</summary>
public sealed class PageFindingsTests
{
    private const string Tag = """<script async crossorigin src="https://comments.example/embed.js" data-site="blog"></script>""";
    private const string Fitting = $"<!DOCTYPE html><html><head></head><body>{Tag}<embed-comments></embed-comments></body></html>";

    private static readonly Uri Server = new("https://comments.example");
    private static readonly Site Blog = new() { Key = "blog", Name = "Blog", Origins = ["https://blog.example"] };

    [Fact]
    public void A_page_with_the_snippet_is_good_in_all_points()
    {
        var report = Check("<html><head></head><body>" + Snippets.Html("https://comments.example", "blog") + "</body></html>");

        Assert.Equal(Fit.Good, report.Worst);
        Assert.Equal(
            ["Script tag", "Origin", "Canonical address", "Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Referrer policy"],
            report.Findings.Select(finding => finding.Topic));
    }

    [Theory]
    [InlineData("<p>Nothing</p>", "no tag")]
    [InlineData("""<noscript><script src="https://comments.example/embed.js" data-site="blog"></script></noscript>""", "no tag")]
    [InlineData("""<template><script src="https://comments.example/embed.js" data-site="blog"></script></template>""", "no tag")]
    [InlineData("""<textarea><script src="https://comments.example/embed.js" data-site="blog"></script></textarea>""", "no tag")]
    [InlineData("""<script>"<script src='https://comments.example/embed.js' data-site='blog'>"</script>""", "no tag")]
    [InlineData("""<!-- <script src="https://comments.example/embed.js" data-site="blog"></script> -->""", "no tag")]
    [InlineData("""<script src="https://other.example/embed.js" data-site="blog"></script>""", "not this server’s address")]
    [InlineData("""<script src="http://comments.example/embed.js" data-site="blog"></script>""", "not this server’s address")]
    [InlineData("""<script src="/embed.js" data-site="blog"></script>""", "not this server’s address")]
    [InlineData("""<script src="https://comments.example/embed.js"></script>""", "names no site")]
    [InlineData("""<script src="https://comments.example/embed.js" data-site="other"></script>""", "another site: other")]
    [InlineData("""<script type="module" src="https://comments.example/embed.js" data-site="blog"></script>""", "type")]
    [InlineData("""<script type="text/plain" src="https://comments.example/embed.js" data-site="blog"></script>""", "type")]
    public void A_tag_that_is_missing_or_wrong_is_a_fault_with_the_right_one_to_copy(string body, string says)
    {
        var finding = Find(Check(body), "Script tag");

        Assert.Equal(Fit.Fault, finding.Fit);
        Assert.Contains(says, finding.Sentence, StringComparison.Ordinal);
        Assert.Equal(Tag, finding.Code);
    }

    [Theory]
    [InlineData("""<script async src="https://comments.example/embed.js?site=blog&lang=en" data-site="blog"></script>""")]
    [InlineData("""<script async src="https://comments.example/embed.1a2b3c4d.js" integrity="sha256-x" crossorigin="anonymous" data-site="blog"></script>""")]
    [InlineData("""<script src="https://comments.example/embed.js"></script><embed-comments site="blog"></embed-comments>""")]
    [InlineData("""<SCRIPT SRC='https://comments.example:443/embed.js' DATA-SITE=blog TYPE=text/javascript></SCRIPT>""")]
    public void Every_tag_of_the_contract_is_good(string body) => Assert.Equal(Fit.Good, Find(Check(body), "Script tag").Fit);

    [Fact]
    public void A_tag_in_the_head_needs_an_element()
    {
        Assert.Equal(Fit.Fault, Find(Check($"<html><head>{Tag}</head><body></body></html>"), "Place").Fit);
        Assert.DoesNotContain(Check($"<html><head>{Tag}</head><body><embed-comments></embed-comments></body></html>").Findings, finding => finding.Topic == "Place");
    }

    [Theory]
    [InlineData("https://www.blog.example/post", "https://www.blog.example", true)]
    [InlineData("https://blog.example:8443/post", "https://blog.example:8443", true)]
    [InlineData("http://blog.example/post", "http://blog.example", true)]
    [InlineData("https://elsewhere.example/post", "https://elsewhere.example", false)]
    public void An_origin_that_is_not_registered_is_named_with_the_one_that_is_alike(string address, string origin, bool isAlike)
    {
        var finding = Find(Check(Fitting, address), "Origin");

        Assert.Equal((Fit.Fault, origin), (finding.Fit, finding.Code));
        Assert.Equal(isAlike, finding.Sentence.Contains("The site has https://blog.example", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_an_address_leads_on_the_last_origin_counts()
    {
        var finding = Find(
            PageFindings.Of(new FetchedPage(new Uri("https://www.blog.example/"), [new Uri("https://blog.example/")], 200, Headers(), Fitting), Blog, Server), "Origin");

        Assert.Equal(Fit.Fault, finding.Fit);
        Assert.StartsWith("https://blog.example/ leads on to this page.", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_is_a_fault_but_on_this_machine()
    {
        Assert.Equal(Fit.Fault, Find(Check(Fitting, "http://blog.example/post"), "https").Fit);
        Assert.DoesNotContain(Check(Fitting, "http://localhost:5081/post").Findings, finding => finding.Topic == "https");
        Assert.Equal(Fit.Fault, Find(PageFindings.Of(Page(Fitting, "https://blog.example/post"), Blog, new Uri("http://comments.example")), "https").Fit);
    }

    [Theory]
    [InlineData("https://blog.example/post", "Good")]
    [InlineData("/post", "Good")]
    [InlineData("http://blog.example/post/", "Good")]
    [InlineData("https://blog.example/other", "Notice")]
    [InlineData("https://elsewhere.example/post", "Notice")]
    [InlineData("https://blog.example/", "Fault")]
    [InlineData("/", "Fault")]
    public void A_canonical_address_is_compared_as_threads_are(string href, string fit) =>
        Assert.Equal(fit, Find(Check($"<html><head><link rel=canonical href='{href}'></head><body>{Tag}</body></html>"), "Canonical address").Fit.ToString());

    [Theory]
    [InlineData("default-src 'self'", "script-src,connect-src,connect-src,img-src")]
    [InlineData("script-src https://comments.example; connect-src https://comments.example wss://comments.example; img-src https://comments.example", "")]
    [InlineData("script-src comments.example; connect-src comments.example wss://comments.example; img-src https:", "")]
    [InlineData("script-src *.example; connect-src *; img-src *", "")]
    [InlineData("script-src https:; connect-src https:; img-src *", "connect-src")]
    [InlineData("script-src https://comments.example/embed.js; connect-src *", "script-src")]
    [InlineData("script-src 'nonce-abc' 'strict-dynamic' https:", "")]
    [InlineData("script-src 'nonce-abc'", "script-src")]
    [InlineData("script-src 'nonce-other' 'strict-dynamic' https:", "script-src")]
    [InlineData("script-src-elem 'self'; script-src https://comments.example", "script-src")]
    [InlineData("form-action 'self'", "form-action")]
    [InlineData("style-src 'none'; frame-src 'none'", "")]
    [InlineData("trusted-types mine", "trusted-types")]
    [InlineData("require-trusted-types-for 'script'", "The page demands trusted types")]
    [InlineData("sandbox allow-scripts allow-same-origin allow-forms", "The page is in a sandbox without allow-popups")]
    [InlineData("script-src *:443; connect-src *:8443", "connect-src,connect-src")]
    public void A_content_security_policy_is_read_as_browsers_read_it(string policy, string blocks)
    {
        var body = Fitting.Replace("<script ", "<script nonce=abc ", StringComparison.Ordinal);

        foreach (var report in new[] { Check(body, headers: ("Content-Security-Policy", policy)), Check(body.Replace("<head>", $"<head><meta http-equiv=Content-Security-Policy content=\"{policy}\">", StringComparison.Ordinal)) })
        {
            var found = report.Findings.Where(finding => finding is { Topic: "Content-Security-Policy", Fit: not Fit.Good }).Select(finding => finding.Sentence).ToList();
            Assert.Equal(blocks.Length == 0 ? 0 : blocks.Split(',').Length, found.Count);
            Assert.All(blocks.Split(',').Zip(found), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Of_several_policies_each_must_let_the_comments_work()
    {
        const string good = "connect-src *", bad = "img-src 'self'";

        var report = Check(Fitting, headers: ("Content-Security-Policy", $"{good}, {bad}"));

        Assert.Contains(report.Findings, finding => finding.Sentence.StartsWith("img-src does not name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("same-origin-allow-popups", "", "Good", "can reach")]
    [InlineData("same-origin", "", "Good", "asks this server instead")]
    [InlineData("same-origin; report-to=\"x\"", "no-referrer", "Notice", "no-referrer")]
    [InlineData("unsafe-none", "no-referrer", "Good", "can reach")]
    public void An_opener_policy_matters_where_the_page_hides_its_origin_too(string value, string referrer, string fit, string says)
    {
        var finding = Find(
            Check(Fitting, headers: [("Cross-Origin-Opener-Policy", value), .. referrer.Length == 0 ? [] : new[] { ("Referrer-Policy", referrer) }]),
            "Cross-Origin-Opener-Policy");

        Assert.Equal(fit, finding.Fit.ToString());
        Assert.Contains(says, finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("require-corp", Tag, "nobody can take part")]
    [InlineData("credentialless", Tag, "nobody can take part")]
    [InlineData("require-corp", """<script async src="https://comments.example/embed.js" data-site="blog"></script>""", "the script is not loaded")]
    public void A_page_that_isolates_itself_is_told_what_is_lost(string value, string tag, string says) =>
        Assert.Contains(says, Find(Check(tag, headers: ("Cross-Origin-Embedder-Policy", value)), "Cross-Origin-Embedder-Policy").Sentence, StringComparison.Ordinal);

    [Theory]
    [InlineData("no-referrer", "", "Notice")]
    [InlineData("no-referrer, strict-origin", "", "Good")]
    [InlineData("strict-origin", "no-referrer", "Notice")]
    [InlineData("no-referrer, made-up", "", "Notice")]
    public void The_last_referrer_policy_that_browsers_know_counts(string header, string meta, string fit) =>
        Assert.Equal(
            fit,
            Find(Check(Fitting.Replace("<head>", $"<head><meta name=referrer content='{meta}'>", StringComparison.Ordinal), headers: ("Referrer-Policy", header)), "Referrer policy").Fit.ToString());

    [Fact]
    public void What_is_no_page_is_said()
    {
        Assert.Equal(Fit.Fault, Find(PageFindings.Of(Page(Fitting) with { Status = 404 }, Blog, Server), "Page").Fit);
        Assert.Equal(Fit.Fault, Find(Check("{}", headers: ("Content-Type", "application/json")), "Page").Fit);
    }

    [Fact]
    public void Nesting_without_end_and_texts_without_end_are_no_trouble()
    {
        var deep = Check(string.Concat(Enumerable.Repeat("<div>", 300_000)) + Tag);
        var talkative = Check($"<html><head><link rel=canonical href='https://elsewhere.example/{new string('x', 100_000)}'></head>{Tag}</html>");

        var wordy = Check($"<p {string.Join(' ', Enumerable.Range(0, 200_000).Select(number => $"a{number}"))}>{Tag}");

        Assert.All(new[] { deep, wordy }, report => Assert.Equal(Fit.Good, Find(report, "Script tag").Fit));
        Assert.All(talkative.Findings, finding => Assert.InRange(finding.Sentence.Length, 1, 500));
    }

    private static PageReport Check(string html, string address = "https://blog.example/post", params (string Name, string Value)[] headers) =>
        PageFindings.Of(Page(html, address, headers), Blog, Server);

    private static FetchedPage Page(string html, string address = "https://blog.example/post", params (string Name, string Value)[] headers) =>
        new(new Uri(address), [], 200, Headers(headers), html);

    private static Dictionary<string, IReadOnlyList<string>> Headers(params (string Name, string Value)[] headers) =>
        headers.ToDictionary(header => header.Name, header => (IReadOnlyList<string>)[header.Value], StringComparer.OrdinalIgnoreCase);

    private static Finding Find(PageReport report, string topic) => Assert.Single(report.Findings, finding => finding.Topic == topic);
}
