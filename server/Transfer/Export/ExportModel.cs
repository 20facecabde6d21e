using Embed.Server.Model;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Transfer.Export;

/// <summary>
/// What an export is made of, read from the database's own model: a column that is added there is in the file, too, unless
/// <see cref="ExportOmissions"/> says why not.
/// </summary>
internal sealed class ExportModel
{
    /// <summary>The value of <c>format</c>.</summary>
    public const string Format = "embed-export";

    /// <summary>Steps when the file's shape changes after the first release, whose shape is 1; other versions are not read.</summary>
    public const int Version = 1;

    private const string BySite = "\"SiteId\" = @site";
    private const string ByComment = "\"CommentId\" IN (SELECT \"Id\" FROM \"Comments\" WHERE \"SiteId\" = @site)";
    private const string ByPerson = "\"CommenterId\" IN ({people})";

    // In the order of the file. People follow from all the others.
    private static readonly (Type Type, string Name, string OfSite)[] Parts =
    [
        (typeof(Site), "sites", "\"Id\" = @site"),
        (typeof(SingleSignOn), "singleSignOn", BySite),
        (typeof(OutsideCheck), "outsideChecks", BySite),
        (typeof(Picture), "pictures",
            $"\"Hash\" IN (SELECT \"PictureHash\" FROM \"Commenters\" WHERE \"Id\" IN ({{people}}) UNION SELECT \"PictureHash\" FROM \"Accounts\" WHERE {ByPerson})"),
        (typeof(CommenterAccount), "accounts", ByPerson),
        (typeof(Commenter), "people", "\"Id\" IN ({people})"),
        (typeof(RoleGrant), "roles", BySite),
        (typeof(Ban), "bans", BySite),
        (typeof(PersonNote), "notes", BySite),
        (typeof(CommentThread), "threads", BySite),
        (typeof(Comment), "comments", BySite),
        (typeof(Vote), "votes", ByComment),
        (typeof(Flag), "flags", ByComment),
        (typeof(Import), "imports", BySite),
        (typeof(ImportedItem), "importedItems", BySite),
        (typeof(ImportUpdate), "importUpdates", "\"ImportId\" IN (SELECT \"Id\" FROM \"Imports\" WHERE \"SiteId\" = @site)"),
        (typeof(ImportedPerson), "importedPeople", BySite),
        (typeof(ImportClaim), "importClaims", "\"PersonId\" IN (SELECT \"CommenterId\" FROM \"ImportedPeople\" WHERE \"SiteId\" = @site)"),
        (typeof(ModerationLogEntry), "log", BySite),
    ];

    // What the schema does not hold together itself.
    private static readonly (Type From, string Column, Type To, bool MayBeGone)[] Loose =
    [
        (typeof(CommentThread), nameof(CommentThread.AliasOfId), typeof(CommentThread), false),
        (typeof(CommentThread), nameof(CommentThread.PinnedCommentId), typeof(Comment), false),
        (typeof(Comment), nameof(Comment.SiteId), typeof(Site), false),
        (typeof(Comment), nameof(Comment.RootId), typeof(Comment), false),
        (typeof(Commenter), nameof(Commenter.PictureHash), typeof(Picture), true),
        (typeof(CommenterAccount), nameof(CommenterAccount.PictureHash), typeof(Picture), true),
        (typeof(ImportedItem), nameof(ImportedItem.PersonId), typeof(ImportedPerson), true),
        (typeof(ModerationLogEntry), nameof(ModerationLogEntry.CommentId), typeof(Comment), true),
        (typeof(ModerationLogEntry), nameof(ModerationLogEntry.ThreadId), typeof(CommentThread), true),
        (typeof(ModerationLogEntry), nameof(ModerationLogEntry.CommenterId), typeof(Commenter), true),
        (typeof(ModerationLogEntry), nameof(ModerationLogEntry.UndoneById), typeof(Commenter), true),
    ];

    private ExportModel(IModel model)
    {
        var plain = Parts.Select(part => new ExportTable(model.FindEntityType(part.Type)!, part.Name, part.OfSite)).ToList();
        var people = string.Join(" UNION ", ReferencesOf(plain)
            .Where(reference => reference.To.Type.ClrType == typeof(Commenter) && !reference.From.OfSite.Contains("{people}", StringComparison.Ordinal))
            .Select(reference => $"SELECT {reference.Column.SqlName} FROM \"{reference.From.Table}\" WHERE {reference.From.OfSite}"));
        Tables = plain.ConvertAll(table => new ExportTable(table.Type, table.Name, table.OfSite.Replace("{people}", people, StringComparison.Ordinal)));
        References = ReferencesOf(Tables);
    }

    /// <summary>The tables, in the order of the file.</summary>
    public IReadOnlyList<ExportTable> Tables { get; }

    /// <summary>All columns that name rows of others.</summary>
    public IReadOnlyList<ExportReference> References { get; }

    /// <summary>The table of an entity.</summary>
    public ExportTable this[Type entity] => Tables.Single(table => table.Type.ClrType == entity);

    /// <summary>What an export of this database is made of.</summary>
    public static ExportModel Of(IModel model) => new(model);

    private static List<ExportReference> ReferencesOf(IReadOnlyList<ExportTable> tables)
    {
        ExportTable TableOf(Type entity) => tables.Single(table => table.Type.ClrType == entity);
        return
        [
            .. tables.SelectMany(table => table.Type.GetForeignKeys().Select(key => new ExportReference(
                table, table[key.Properties.Single().Name], TableOf(key.PrincipalEntityType.ClrType), MayBeGone: false))),
            .. Loose.Select(loose => new ExportReference(TableOf(loose.From), TableOf(loose.From)[loose.Column], TableOf(loose.To), loose.MayBeGone)),
        ];
    }
}
