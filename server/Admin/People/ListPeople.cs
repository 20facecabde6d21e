using System.Globalization;
using Embed.Server.Data;
using Embed.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace Embed.Server.Admin.People;

/// <summary>What a list of people is sorted by.</summary>
internal enum PeopleOrder
{
    /// <summary>Whom the server has known for the shortest time first.</summary>
    Newest,

    /// <summary>The other way round.</summary>
    Oldest,

    /// <summary>By name.</summary>
    Name,

    /// <summary>The other way round.</summary>
    NameDown,

    /// <summary>Who has most published comments first.</summary>
    Comments,

    /// <summary>The other way round.</summary>
    FewestComments,

    /// <summary>Who has most comments that wait first.</summary>
    Held,

    /// <summary>The other way round.</summary>
    FewestHeld,

    /// <summary>Who has the highest role first.</summary>
    Role,

    /// <summary>The other way round.</summary>
    LowestRole,
}

/// <summary>Which people are wanted.</summary>
/// <param name="Search">A part of the name, or an account as <c>Provider:subject</c> or its subject alone; empty for all.</param>
/// <param name="Role">Only those to whom this role was given; null for all.</param>
/// <param name="IsBanned">Whether only those who are banned now.</param>
/// <param name="IsHeld">Whether only those with comments that wait.</param>
/// <param name="Order">The order.</param>
/// <param name="Before">Where the page before ended; null for the first.</param>
internal sealed record PeopleQuery(
    string Search = "", SiteRole? Role = null, bool IsBanned = false, bool IsHeld = false, PeopleOrder Order = PeopleOrder.Newest, string? Before = null);

/// <summary>Somebody in the list.</summary>
/// <param name="Id">The commenter.</param>
/// <param name="Name">Their shown name.</param>
/// <param name="Kind">A person or a guest.</param>
/// <param name="CreatedAt">Since when the server knows them.</param>
/// <param name="Published">Their published comments.</param>
/// <param name="Held">Their comments that wait.</param>
/// <param name="Role">The highest role given to them there.</param>
/// <param name="IsBanned">Whether a ban, also a shadow, is in force.</param>
internal sealed record ListedPerson(
    long Id, string Name, CommenterKind Kind, DateTimeOffset CreatedAt, int Published, int Held, SiteRole Role, bool IsBanned);

/// <summary>A page of the list.</summary>
/// <param name="People">Who is on it.</param>
/// <param name="Next">Where the next page begins; null if there is none.</param>
internal sealed record PeopleList(IReadOnlyList<ListedPerson> People, string? Next);

/// <summary>The people of a site, or of the whole server.</summary>
internal sealed class ListPeople(IDbContextFactory<EmbedDbContext> databases, TimeProvider clock)
{
    /// <summary>People a page.</summary>
    public const int PageSize = 50;

    /// <summary>Those who have commented at the site, or have a role or a ban there; without a site everybody.</summary>
    /// <remarks>
    /// People are read in order, and each is looked up in indexes of comments, roles and bans: what a page costs depends on how
    /// many people there are, and for the newest not even on that, but not on how much they wrote.
    /// </remarks>
    public async Task<PeopleList> HandleAsync(long? siteId, PeopleQuery query, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // Comments are counted by an index that begins with their site.
        var places = siteId is { } only ? [only] : await database.Sites.Select(s => s.Id).ToListAsync(cancellationToken);
        // Nobody's row, and those of whom only a ban is left.
        var people = database.Commenters.AsNoTracking().Where(c => c.Kind != CommenterKind.Former && c.Kind != CommenterKind.Server && c.Name != "");
        if (siteId is not null)
        {
            people = people.Where(c => database.Comments.Any(m => m.SiteId == siteId && m.CommenterId == c.Id)
                || database.RoleGrants.Any(g => g.SiteId == siteId && g.CommenterId == c.Id)
                || database.Bans.Any(b => b.CommenterId == c.Id && b.SiteId == siteId));
        }

        people = Filtered(database, people, siteId, places, query, now);
        var rows = people.Select(c => new Row
        {
            Id = c.Id,
            Name = c.Name,
            Kind = c.Kind,
            CreatedAt = c.CreatedAt,
            Published = database.Comments.Count(m => places.Contains(m.SiteId) && m.CommenterId == c.Id && m.State == CommentState.Published),
            Held = database.Comments.Count(m => places.Contains(m.SiteId) && m.CommenterId == c.Id && m.State == CommentState.Pending),
            Role = database.RoleGrants.Where(g => g.CommenterId == c.Id && (g.SiteId == siteId || g.SiteId == null)).Max(g => (SiteRole?)g.Role) ?? SiteRole.None,
            IsBanned = database.Bans.Any(b =>
                b.CommenterId == c.Id && (siteId == null || b.SiteId == siteId || b.SiteId == null) && (b.Until == null || b.Until > now)),
        });
        var page = await After(rows, query).Take(PageSize + 1).ToListAsync(cancellationToken);
        var shown = page.Take(PageSize).Select(row => new ListedPerson(
            row.Id, row.Name, row.Kind, row.CreatedAt, row.Published, row.Held, row.Role, row.IsBanned)).ToList();
        return new PeopleList(shown, page.Count > PageSize ? KeyOf(page[PageSize - 1], query.Order) : null);
    }

    private static IQueryable<Commenter> Filtered(
        EmbedDbContext database, IQueryable<Commenter> people, long? siteId, List<long> places, PeopleQuery query, DateTimeOffset now)
    {
        if (query.Search.Length > 0)
        {
            var pattern = $"%{query.Search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            var subject = Account.IsWellFormed(query.Search) ? Account.SubjectOf(query.Search) : query.Search;
            var provider = Account.IsWellFormed(query.Search) ? query.Search.Trim().Split(':')[0] : null;
            people = people.Where(c => EF.Functions.Like(c.Name, pattern, "\\")
                || c.Accounts.Any(a => a.Subject == subject && (provider == null || EF.Functions.Like(a.Provider, provider))));
        }

        if (query.Role is { } role)
        {
            people = people.Where(c => database.RoleGrants.Any(g => g.CommenterId == c.Id && g.Role == role && (siteId == null || g.SiteId == siteId || g.SiteId == null)));
        }

        if (query.IsBanned)
        {
            people = people.Where(c => database.Bans.Any(b =>
                b.CommenterId == c.Id && (siteId == null || b.SiteId == siteId || b.SiteId == null) && (b.Until == null || b.Until > now)));
        }

        return query.IsHeld
            ? people.Where(c => database.Comments.Any(m => places.Contains(m.SiteId) && m.CommenterId == c.Id && m.State == CommentState.Pending))
            : people;
    }

    // Translated: the database compares, byte by byte, whatever the method's culture.
#pragma warning disable CA1309, CA1310
    private static IQueryable<Row> After(IQueryable<Row> rows, PeopleQuery query)
    {
        var (value, id) = Read(query.Before);
        var isFirst = id is null;
        var count = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var role = (SiteRole)count;
        return query.Order switch
        {
            PeopleOrder.Oldest => (isFirst ? rows : rows.Where(r => r.Id > id)).OrderBy(r => r.Id),
            PeopleOrder.Name => (isFirst ? rows : rows.Where(r => string.Compare(r.Name, value) > 0 || (r.Name == value && r.Id > id)))
                .OrderBy(r => r.Name).ThenBy(r => r.Id),
            PeopleOrder.NameDown => (isFirst ? rows : rows.Where(r => string.Compare(r.Name, value) < 0 || (r.Name == value && r.Id < id)))
                .OrderByDescending(r => r.Name).ThenByDescending(r => r.Id),
            PeopleOrder.Comments => (isFirst ? rows : rows.Where(r => r.Published < count || (r.Published == count && r.Id < id)))
                .OrderByDescending(r => r.Published).ThenByDescending(r => r.Id),
            PeopleOrder.FewestComments => (isFirst ? rows : rows.Where(r => r.Published > count || (r.Published == count && r.Id > id)))
                .OrderBy(r => r.Published).ThenBy(r => r.Id),
            PeopleOrder.Held => (isFirst ? rows : rows.Where(r => r.Held < count || (r.Held == count && r.Id < id)))
                .OrderByDescending(r => r.Held).ThenByDescending(r => r.Id),
            PeopleOrder.FewestHeld => (isFirst ? rows : rows.Where(r => r.Held > count || (r.Held == count && r.Id > id)))
                .OrderBy(r => r.Held).ThenBy(r => r.Id),
            PeopleOrder.Role => (isFirst ? rows : rows.Where(r => r.Role < role || (r.Role == role && r.Id < id)))
                .OrderByDescending(r => r.Role).ThenByDescending(r => r.Id),
            PeopleOrder.LowestRole => (isFirst ? rows : rows.Where(r => r.Role > role || (r.Role == role && r.Id > id)))
                .OrderBy(r => r.Role).ThenBy(r => r.Id),
            _ => (isFirst ? rows : rows.Where(r => r.Id < id)).OrderByDescending(r => r.Id),
        };
    }

#pragma warning restore CA1309, CA1310

    private static string KeyOf(Row row, PeopleOrder order) => string.Create(CultureInfo.InvariantCulture, $"{row.Id}.{order switch
    {
        PeopleOrder.Name or PeopleOrder.NameDown => row.Name,
        PeopleOrder.Comments or PeopleOrder.FewestComments => row.Published.ToString(CultureInfo.InvariantCulture),
        PeopleOrder.Held or PeopleOrder.FewestHeld => row.Held.ToString(CultureInfo.InvariantCulture),
        PeopleOrder.Role or PeopleOrder.LowestRole => ((int)row.Role).ToString(CultureInfo.InvariantCulture),
        _ => "",
    }}");

    // From the address: whatever it says, it only says where to go on.
    private static (string Value, long? Id) Read(string? key) =>
        key?.Split('.', 2) is [var number, var value] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (value, id) : ("", null);

    // Of properties, because what is sorted and paged by must be theirs for the query to be translated.
    private sealed class Row
    {
        public long Id { get; init; }

        public required string Name { get; init; }

        public CommenterKind Kind { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public int Published { get; init; }

        public int Held { get; init; }

        public SiteRole Role { get; init; }

        public bool IsBanned { get; init; }
    }
}
