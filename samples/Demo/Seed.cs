namespace Embed.Demo;

/// <summary>A page of the blog with the comments it begins with.</summary>
/// <param name="Path">Its path on the blog.</param>
/// <param name="Title">Its title.</param>
/// <param name="IsClosed">Whether the thread is closed in the end.</param>
/// <param name="Comments">What is said, in order.</param>
internal sealed record SeedPage(string Path, string Title, bool IsClosed, IReadOnlyList<SeedComment> Comments);

/// <summary>One comment to post.</summary>
/// <param name="Id">Its name within the page; its draft id follows from it.</param>
/// <param name="Parent">The name of the comment it answers; null at top level.</param>
/// <param name="Login">Who writes it.</param>
/// <param name="Body">Markdown.</param>
/// <param name="IsRemoved">Whether the moderator removes it when all is said.</param>
internal sealed record SeedComment(string Id, string? Parent, string Login, string Body, bool IsRemoved = false);

/// <summary>
/// Fills the demo's threads through the public HTTP API, as people would. A thread that has comments is left alone; and each
/// draft has an id that follows from its place, so that nothing is ever there twice.
/// </summary>
internal sealed class Seed(DemoAddresses addresses)
{
    private readonly Dictionary<string, SeedPerson> _people = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var page in await EmptyAsync(SeedContent.Pages, cancellationToken))
            {
                await FillAsync(page, cancellationToken);
            }
        }
        finally
        {
            foreach (var person in _people.Values)
            {
                person.Dispose();
            }
        }
    }

    private sealed record PageCounts(IReadOnlyList<PageCount> Counts);

    private sealed record PageCount(string Page, int Count);

    private async Task<IEnumerable<SeedPage>> EmptyAsync(IReadOnlyList<SeedPage> pages, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var query = string.Join('&', pages.Select(page => $"page={Uri.EscapeDataString(AddressOf(page))}"));
        var counts = await http.GetFromJsonAsync<PageCounts>(new Uri(addresses.Server, $"/api/v1/sites/demo/counts?{query}"), cancellationToken);
        return pages.Where(page => !counts!.Counts.Any(item => item.Page == AddressOf(page) && item.Count > 0));
    }

    private async Task FillAsync(SeedPage page, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<string, long>();
        foreach (var comment in page.Comments)
        {
            var person = await PersonAsync(comment.Login, cancellationToken);
            long? parent = comment.Parent is null ? null : ids[comment.Parent];
            ids[comment.Id] = await person.PostAsync(page, parent, comment.Id, comment.Body, cancellationToken);
        }

        var moderator = await PersonAsync(StandInAccount.Predefined[0].Login, cancellationToken);
        foreach (var comment in page.Comments.Where(comment => comment.IsRemoved))
        {
            await moderator.DeleteAsync(ids[comment.Id], cancellationToken);
        }

        if (page.IsClosed)
        {
            await moderator.CloseAsync(page, cancellationToken);
        }
    }

    private async Task<SeedPerson> PersonAsync(string login, CancellationToken cancellationToken) =>
        _people.TryGetValue(login, out var known) ? known : _people[login] = await SeedPerson.SignInAsync(addresses, login, cancellationToken);

    private string AddressOf(SeedPage page) => new Uri(addresses.Blog, page.Path).ToString();
}
