using System.Data.Common;
using Embed.Server.Admin.People;
using Embed.Server.Model;
using Embed.Tests;
using Embed.Widget;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>How SQLite answers what readers ask: by ranges of indexes, whatever the size of the database.</summary>
public sealed class QueryPlanTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static readonly string[] Orders = ["newest", "best", "discussed"];
    private static readonly string[] Tabs = ["held", "flagged", "spam", "recent"];
    private static readonly (string Condition, string Index)[] TabIndexes =
        [("\"State\" = 0", "IX_Comments_Held"), ("\"OpenFlags\" > 0", "IX_Comments_Flagged"), ("\"State\" = 3", "IX_Comments_Spam")];

    private static readonly string[] QueueIndexes = ["IX_Comments_Held", "IX_Comments_Flagged", "IX_Comments_Spam", "IX_Comments_SiteId_CommenterId_State"];
    private static readonly string[] Big = ["Comments", "Threads", "Votes", "Sessions", "ModerationLog", "Flags"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_reader_makes_the_database_go_through_a_table()
    {
        var discussion = await Discussion.BeginAsync(application);
        var top = await discussion.PostAsync();
        var replies = await discussion.PostAsync(130, top);
        var tops = await discussion.PostAsync(120);
        // Sites and aliases are read once into memory.
        await application.ReadThreadAsync(discussion.Page, "sort=oldest");

        var plans = await PlansAsync(await application.Queries.DuringAsync(async () =>
        {
            foreach (var sort in Orders)
            {
                var first = await application.ReadThreadAsync(discussion.Page, $"sort={sort}");
                await application.ReadThreadAsync(discussion.Page, $"sort={sort}&after={first.After}");
                await application.ReadThreadAsync(discussion.Page, $"sort={sort}&comment={tops[60]}");
            }

            await application.ReadThreadAsync(discussion.Page, $"replies={replies[40]}");
            await application.ReadThreadAsync(discussion.Page, $"comment={replies[110]}");
            await LiveAsync(discussion, Role.Commenter);
            await LiveAsync(discussion, Role.Moderator);
            using var http = application.CreateClient();
            foreach (var address in new[] { $"counts?page={Uri.EscapeDataString(discussion.Page)}", "recent", "comments.atom", $"thread.atom?page={Uri.EscapeDataString(discussion.Page)}" })
            {
                using var answer = await http.GetAsync($"/api/v1/sites/{EmbedApplication.Site}/{address}", Cancellation);
                answer.EnsureSuccessStatusCode();
            }
        }));

        Assert.InRange(plans.Count, 15, 200);
        Assert.Empty(plans.Where(plan => Big.Any(table => plan.Steps.Any(step => Scans(plan.Sql, step, table)))).Select(plan => $"{plan.Sql}: {string.Join("; ", plan.Steps)}"));
        Assert.Contains(plans, plan => plan.Steps.Any(step => step.Contains("IX_Comments_ThreadId_State_Id", StringComparison.Ordinal)));
        // What is paged by key is never sorted: that would read all of it first.
        Assert.Equal("", string.Join('\n', plans
            .Where(plan => plan.Sql.Contains("\"ParentId\" IS NULL", StringComparison.Ordinal)
                && plan.Steps.Any(step => step.Contains("FOR ORDER BY", StringComparison.Ordinal)))
            .Select(plan => $"{plan.Sql}: {string.Join("; ", plan.Steps)}")));
    }

    [Fact]
    public async Task No_moderator_makes_the_database_go_through_a_table_or_sort_what_it_does_not_show()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        using var mo = await Person.SignInAsync(application, "Mo", Role.Moderator);
        var page = EmbedApplication.NewPage();
        var top = await ada.PostAsync(page, "Words");
        var reply = await ada.PostAsync(page, "An answer", top);
        await ModeratorsDesk.FlagAsync(application, reply);
        await mo.ActAsync(application, "spam", top);

        var plans = await PlansAsync(await application.Queries.DuringAsync(async () =>
        {
            foreach (var tab in Tabs)
            {
                await mo.QueueAsync($"tab={tab}");
                await mo.QueueAsync($"tab={tab}&sort=oldest&after=1");
            }

            var spam = await mo.ActAsync(application, "spam", reply);
            await mo.TryActAsync("reject", [(reply, 0)]).JsonAsync();
            await mo.UndoAsync((long)spam["entry"]!);
        }));

        Assert.InRange(plans.Count, 15, 200);
        Assert.Empty(plans.Where(plan => Big.Any(table => plan.Steps.Any(step => Scans(plan.Sql, step, table) || step.StartsWith($"SCAN {table}", StringComparison.Ordinal))))
            .Select(plan => $"{plan.Sql}: {string.Join("; ", plan.Steps)}"));
        // Pages and counts alike: another index over the site's comments would be gone through to its end.
        foreach (var (condition, index) in TabIndexes)
        {
            var ofTab = plans.Where(plan => plan.Sql.Contains(condition, StringComparison.Ordinal) && plan.Sql.Contains("\"Value\"", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(ofTab);
            Assert.All(ofTab, plan => Assert.Contains(plan.Steps, step => step.Contains(index, StringComparison.Ordinal)));
        }

        foreach (var index in QueueIndexes)
        {
            Assert.Contains(plans, plan => plan.Steps.Any(step => step.Contains(index, StringComparison.Ordinal)));
        }

        Assert.Empty(plans.Where(plan => plan.Sql.Contains("\"Value\"", StringComparison.Ordinal) && plan.Steps.Any(step => step.Contains("FOR ORDER BY", StringComparison.Ordinal)))
            .Select(plan => $"{plan.Sql}: {string.Join("; ", plan.Steps)}"));
    }

    [Fact]
    public async Task Nor_do_the_pages_about_people_in_any_order()
    {
        using var ada = await Person.SignInAsync(application, "Ada");
        await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        await using var database = await application.OpenDatabaseAsync();
        var site = await database.Sites.AsNoTracking().FirstAsync(s => s.Key == EmbedApplication.Site, Cancellation);
        var (list, show) = (application.Services.GetRequiredService<ListPeople>(), application.Services.GetRequiredService<ShowPerson>());

        var plans = await PlansAsync(await application.Queries.DuringAsync(async () =>
        {
            foreach (var order in Enum.GetValues<PeopleOrder>())
            {
                await list.HandleAsync(site.Id, new PeopleQuery(Order: order, Before: "9.9"), Cancellation);
                await list.HandleAsync(null, new PeopleQuery("a", SiteRole.Trusted, IsBanned: true, IsHeld: true, order), Cancellation);
            }

            await show.HandleAsync(site, ada.Id, null, Cancellation);
            await show.HandleAsync(null, ada.Id, 9, Cancellation);
        }));

        Assert.InRange(plans.Count, 15, 200);
        Assert.Empty(plans.Where(plan => Big.Any(table => plan.Steps.Any(step => Scans(plan.Sql, step, table)))).Select(plan => $"{plan.Sql}: {string.Join("; ", plan.Steps)}"));
        // Counted in the index alone.
        Assert.Contains(plans, plan => plan.Steps.Any(step => step.Contains("COVERING INDEX IX_Comments_SiteId_CommenterId_State", StringComparison.Ordinal)));
    }

    private static bool Scans(string sql, string step, string table) =>
        step.Split(' ') is ["SCAN", var name, ..] && sql.Contains($"\"{table}\" AS \"{name}\"", StringComparison.Ordinal);

    private async Task LiveAsync(Discussion discussion, Role role)
    {
        var (_, token) = await application.MakeSessionAsync("Ben", role);
        await using var live = await LiveThread.OpenAsync(application, discussion.Page, token, request: new ThreadRequest(
            EmbedApplication.Site, discussion.Page, null, null, ThreadSort.Best, token));
        await live.Session.MoreAsync(0, Cancellation);
        await live.Session.PostAsync(null, "Mine", Guid.NewGuid(), Cancellation);
        await live.Session.ReadAsync(Cancellation);
    }

    private async Task<IReadOnlyList<(string Sql, IReadOnlyList<string> Steps)>> PlansAsync(IEnumerable<DbCommand> commands)
    {
        await using var database = await application.OpenDatabaseAsync();
        await database.Database.OpenConnectionAsync(Cancellation);
        var plans = new List<(string, IReadOnlyList<string>)>();
        foreach (var command in commands.DistinctBy(command => command.CommandText))
        {
            var sql = command.CommandText;
            command.Connection = database.Database.GetDbConnection();
#pragma warning disable CA2100 // A query of the product's own, as it sent it.
            command.CommandText = "EXPLAIN QUERY PLAN " + sql;
#pragma warning restore CA2100
            var steps = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                steps.Add(reader.GetString(3));
            }

            plans.Add((sql, steps));
            await command.DisposeAsync();
        }

        return plans;
    }
}
