using Embed.Server.Admin.ActLog;
using Embed.Server.Admin.Imports;
using Embed.Server.Admin.Setup;
using Embed.Server.Admin.Shell;
using Embed.Server.Admin.Team;
using Embed.Server.Commenters;
using Embed.Server.Comments;
using Embed.Server.Http;
using Embed.Server.Me;
using Embed.Server.Moderation;
using Embed.Server.Pages;
using Embed.Server.Pictures;
using Embed.Server.Threads;
using Embed.Server.Transfer.Export;
using Embed.Widget;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Mvc;

namespace Embed.Server.Hosting;

/// <summary>Every address with its policy and limit: the table of contents.</summary>
internal static class Routes
{
    public static void MapEmbed(this WebApplication app)
    {
        app.MapBrowserFiles();
        app.MapReading();
        app.MapWriting();
        app.MapOwnPages();
        app.MapSignIn();
        app.MapMe();
        app.MapFirstRun();
        app.MapAdmin();
        // WebSockets only: LiveGate counts those.
        app.MapBlazorHub(hub => hub.Transports = HttpTransportType.WebSockets).ExcludeFromDescription();
        app.MapOpenApi();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).RequireCors(SiteCors.Policy);
        app.MapHealthChecks("/health/ready");
    }

    private static void MapBrowserFiles(this WebApplication app)
    {
        var files = app.Services.GetRequiredService<LoaderScript>();
        var group = app.MapGroup("").ExcludeFromDescription();
        group.ShortCircuit();
        group.MapGet("/embed.js", JoinedLoader.GetAsync);
        group.MapGet(files.Addresses.Loader, (HttpContext http) => files.Loader.WriteAsync(http, isHashed: true));
        // A page opened before an update asks by the old name: it gets today's file, and does not keep it.
        group.MapGet("/embed-read.{hash}.js", (string hash, HttpContext http) => files.Read.WriteAsync(http, hash == files.Read.Hash));
        group.MapGet("/embed-live.{hash}.js", (string hash, HttpContext http) => files.Live.WriteAsync(http, hash == files.Live.Hash));
        group.MapGet("/embed-lists.{hash}.js", (string hash, HttpContext http) => files.Lists.WriteAsync(http, hash == files.Lists.Hash));
        group.MapGet(files.Addresses.Styles, (HttpContext http) => files.Styles.WriteAsync(http, isHashed: true));
    }

    private static void MapReading(this WebApplication app)
    {
        // Public and the same for everybody: nothing after routing (CORS, cookies, policies) has a say, or costs time.
        var site = app.MapGroup("/api/v1/sites/{site}").WithTags("Reading");
        site.ShortCircuit();
        site.MapGet("/thread.html", ThreadEndpoints.GetFragmentAsync).WithSummary("A thread as HTML");
        site.MapGet("/thread", ThreadEndpoints.GetThreadAsync).WithSummary("A thread as JSON")
            .Produces<ThreadModel>().ProducesProblem(404).ProducesProblem(422);
        site.MapGet("/thread/events", EventEndpoints.GetThreadEventsAsync).Produces(200, contentType: "text/event-stream")
            .WithSummary("A thread's versions as server-sent events");
        app.MapGet("/api/v1/events", EventEndpoints.GetPageEventsAsync).Produces(200, contentType: "text/event-stream")
            .WithTags("Reading").WithSummary("Versions of several threads as server-sent events")
            .WithDescription(
                "Give site, page and thread once for each thread, in the same order, thread blank or left out where pages have none. "
                + "An event's data and id are the versions in that order, separated by commas; seen, or the header Last-Event-ID, says "
                + "the ones known already.").ShortCircuit();
        site.MapGet("/counts", ListEndpoints.GetCountsAsync).WithSummary("Comment counts of several pages and threads")
            .Produces<CommentCounts>();
        site.MapGet("/recent", ListEndpoints.GetRecentAsync).WithSummary("A site's latest comments")
            .Produces<ListEndpoints.RecentComments>();
        site.MapGet("/comments.atom", FeedEndpoints.GetSiteAsync).WithSummary("A site's latest comments as an Atom feed")
            .Produces(200, contentType: AtomFeed.MediaType);
        site.MapGet("/thread.atom", FeedEndpoints.GetThreadAsync).WithSummary("A thread's latest comments as an Atom feed")
            .Produces(200, contentType: AtomFeed.MediaType);
        app.MapMethods("/pictures/{hash}", [HttpMethods.Get, HttpMethods.Head], PictureEndpoints.GetAsync)
            .Produces(200, contentType: EncodedPicture.MediaType).WithTags("Reading").WithSummary("A commenter's picture").ShortCircuit();
        app.MapGet("/c/{commentId:long}", ThreadEndpoints.GetPermalinkAsync).Produces(302).ProducesProblem(404).ProducesProblem(410).WithTags("Reading").WithSummary("A comment's permalink");
    }

    private static void MapWriting(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Writing").RequireCors(SiteCors.Policy).RequireAddressPace()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);
        api.MapPost("/sites/{site}/comments", CommentEndpoints.PostAsync).WithSummary("Post a comment or reply");
        api.MapPatch("/sites/{site}/thread", ModerationEndpoints.ChangeThreadAsync).WithSummary("Close or reopen a thread, change its title, note and slow mode (moderators)");
        api.MapGet("/sites/{site}/moderation/search", SearchEndpoints.SearchAsync).WithSummary("Search a site's comments in every state (moderators)");
        api.MapGet("/comments/{commentId:long}", CommentEndpoints.GetSourceAsync).WithSummary("One's own comment's Markdown");
        api.MapPatch("/comments/{commentId:long}", CommentEndpoints.EditAsync).WithSummary("Edit one's own comment");
        api.MapDelete("/comments/{commentId:long}", ModerationEndpoints.DeleteAsync).WithSummary("Delete a comment");
        api.MapPut("/comments/{commentId:long}/vote", CommentEndpoints.VoteAsync).WithSummary("Vote, or take the vote back");
        api.MapPut("/comments/{commentId:long}/flag", CommentEndpoints.FlagAsync).WithSummary("Report a comment to the moderators, or change the report");
        api.MapDelete("/comments/{commentId:long}/flag", CommentEndpoints.WithdrawFlagAsync).WithSummary("Take a report back");
        api.MapPut("/comments/{commentId:long}/verdict", ModerationEndpoints.JudgeAsync).WithSummary("Publish or reject a pending comment (moderators)");
        api.MapPut("/sites/{site}/commenters/{commenterId:long}/ban", ModerationEndpoints.BanAsync).WithSummary("Ban a commenter from the site (moderators)");
        api.MapDelete("/sites/{site}/commenters/{commenterId:long}/ban", ModerationEndpoints.LiftBanAsync).WithSummary("End a ban (moderators)");
        api.MapGet("/sites/{site}/moderation/log", LogEndpoints.ListAsync).WithSummary("The moderation log (moderators)")
            .WithDescription(
                "Newest first. Filters: who, whom (ids of people), what (an act's word, or comments, threads, people, sites, undone), comment, "
                + "thread, entry (ids), from, to (days, or moments with their offset), undone (yes, no), via (admin, api, thread).");
        api.MapQueue();
        api.MapThreadActs();
        api.MapPost("/sites/{site}/session", SessionEndpoints.BeginAsync).WithSummary("Redeem a sign-in code")
            .WithDescription(
                "With code and verifier, once, within a minute. With the verifier alone a page asks for a sign-in whose window it "
                + "lost; until that is finished the answer is the refusal sign-in-unfinished.").ProducesProblem(400).ProducesProblem(409)
            .RequireFailurePace();
        api.MapPost("/sites/{site}/session/guest", GuestEndpoints.BeginAsync).WithSummary("Sign in as a guest, with a name alone");
        api.MapPost("/sites/{site}/session/sso", SignInFromSite.PostAsync).WithSummary("Sign in by a token of the site's own (single sign-on)")
            .RequireFailurePace();
        api.MapPost("/sites/{site}/session/handover", EnterAccount.HandOverAsync)
            .WithSummary("A one-time code for the page of one's account, where the site alone knows who somebody is");
        api.MapDelete("/sites/{site}/session", SessionEndpoints.EndAsync).WithSummary("Sign out");
    }

    private static void MapOwnPages(this WebApplication app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", IResult (HttpContext http) => PageResult.Page<HomePage>(http, new Dictionary<string, object?>()));
        // Browsers ask for it on every page of ours that is no HTML, and note a 404 as an error.
        pages.MapGet("/favicon.ico", () => TypedResults.NoContent());
        pages.MapGet("/t/{site}", ThreadPageEndpoints.OpenAsync);
        // Checks antiforgery token and pace itself: what is refused must come back with its text.
        pages.MapPost("/t/{site}", ThreadPageEndpoints.PostAsync).DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(ThreadPageEndpoints.MaxFormBytes));
    }

    // Browsers come here, machines do not: none of it belongs in the OpenAPI document.
    private static void MapSignIn(this WebApplication app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription().RequireAddressPace();
        pages.MapGet("/signin", SignInEndpoints.OpenAsync);
        pages.MapPost("/signin", SignInEndpoints.OpenFromPageAsync);
        pages.MapGet("/signin/finish", SignInEndpoints.FinishAsync);
        pages.MapGet("/signin/denied", SignInPages.Denied);
        // Not in the group: OpenIddict sets status 400 before it passes a provider's refusal on, and a handler with an endpoint
        // filter is not called then. It needs no limit: without a state of ours it costs nothing.
        app.MapMethods($"/{SignInProviders.CallbackPath}/{{provider}}", [HttpMethods.Get, HttpMethods.Post], SignInCallback.HandleAsync)
            .ExcludeFromDescription().DisableAntiforgery();
        pages.MapPost("/signin/continue", SignInEndpoints.ContinueAsync).RequireAntiforgery(SignInPages.FormExpired);
        pages.MapMailSignIn();
        pages.MapPost("/signin/{provider}", SignInEndpoints.ChallengeAsync).RequireAntiforgery(SignInPages.FormExpired);
        pages.MapPost("/signout", SignInEndpoints.SignOutAsync).RequireAntiforgery(SignInPages.FormExpired);
    }

    // Everybody's own: each act looks itself whether the thing is theirs who ask.
    private static void MapMe(this WebApplication app)
    {
        var me = app.MapGroup(MePages.Home).ExcludeFromDescription().RequireAddressPace().RequireSignedIn();
        me.MapGet("", ShowAccount.GetAsync);
        me.MapGet("/comments", ListOwnComments.GetAsync);
        me.MapGet("/export", ExportOwnData.GetAsync);
        me.MapGet("/link", LinkAccount.GetAsync);
        me.MapGet("/delete", DeleteAccount.GetAsync);
        // For who is not signed in here yet.
        var enter = app.MapGroup(EnterAccount.Path).ExcludeFromDescription().RequireAddressPace();
        enter.MapGet("", EnterAccount.Open);
        enter.MapPost("", EnterAccount.PostAsync).RequireAntiforgery(MePages.FormExpired).RequireFailurePace();
        enter.MapPost("/confirm", EnterAccount.ConfirmAsync).RequireAntiforgery(MePages.FormExpired);
        var acts = me.MapGroup("").RequireAntiforgery(MePages.FormExpired);
        acts.MapPost("/name", ChooseName.PostAsync);
        acts.MapPost("/picture", ChoosePicture.PostAsync);
        acts.MapPost("/link", LinkAccount.PostAsync);
        acts.MapPost("/accounts/{accountId:long}/unlink", UnlinkAccount.PostAsync);
        acts.MapPost("/sessions/{sessionId:long}/revoke", RevokeSession.PostAsync);
        acts.MapPost("/sessions/revoke", SignOutEverywhere.PostAsync);
        acts.MapPost("/delete", DeleteAccount.PostAsync);
        acts.MapPost("/keep", KeepAccount.PostAsync);
    }

    // For whoever has the secret; it comes in the body of a form, and what holds is said by the handlers.
    private static void MapFirstRun(this WebApplication app)
    {
        var setup = app.MapGroup(SetupEndpoints.Path).ExcludeFromDescription().RequireAddressPace();
        setup.MapGet("", SetupEndpoints.Open);
        setup.MapPost("", SetupEndpoints.Post).RequireAntiforgery(SetupEndpoints.FormExpired).RequireFailurePace();
        setup.MapGet("/confirm", SetupEndpoints.Ask);
        setup.MapPost("/confirm", SetupEndpoints.ConfirmAsync).RequireAntiforgery(SetupEndpoints.FormExpired);
        var invitation = app.MapGroup(InvitationEndpoints.Path).ExcludeFromDescription().RequireAddressPace();
        invitation.MapGet("", InvitationEndpoints.Open);
        invitation.MapPost("", InvitationEndpoints.PostAsync).RequireAntiforgery(InvitationEndpoints.FormExpired).RequireFailurePace();
        invitation.MapGet("/accept", InvitationEndpoints.AskAsync);
        invitation.MapPost("/accept", InvitationEndpoints.AcceptAsync).RequireAntiforgery(InvitationEndpoints.FormExpired);
    }

    // The one place that says who may come here; what they may do there, each act says.
    private static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup("/admin").ExcludeFromDescription().RequireAuthorization(Standings.Policy).RequireAddressPace();
        // The document of every page. They live in a circuit, which asks at each call who is there (AdminSession).
        admin.MapGet("/{**path}", AdminShell.Open);
        admin.MapGet("/log/export", LogExport.GetAllAsync);
        admin.MapGet("/sites/{key}/log/export", LogExport.GetOfSiteAsync);
        admin.MapImports();
        admin.MapPost("/export", ExportEndpoints.PostAsync).RequireAntiforgery(ExportEndpoints.FormExpired);
    }
}
