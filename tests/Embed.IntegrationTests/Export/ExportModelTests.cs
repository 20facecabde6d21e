using Embed.Server.Data;
using Embed.Server.Transfer.Export;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.IntegrationTests.Export;

/// <summary>Nothing the database has is forgotten: it is in the export, or left out for a reason.</summary>
public sealed class ExportModelTests
{
    /// <summary>The tables of an export.</summary>
    internal static IReadOnlyList<ExportTable> Tables() => ExportModel.Of(Model()).Tables;

    [Fact]
    public void Every_table_is_in_the_export_or_left_out_for_a_reason()
    {
        var all = Model().GetEntityTypes().Select(type => type.ClrType.Name).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(all);
        Assert.Equal(all, Tables().Select(table => table.Type.ClrType).Concat(ExportOmissions.Tables.Keys).Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.All(ExportOmissions.Tables.Values.Concat(ExportOmissions.Columns.Values), reason => Assert.EndsWith(".", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_column_is_in_the_export_or_left_out_for_a_reason()
    {
        foreach (var table in Tables())
        {
            var omitted = ExportOmissions.Columns.Keys.Where(column => column.Item1 == table.Type.ClrType).Select(column => column.Item2).ToList();
            Assert.Equal(
                table.Type.GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
                table.Columns.Select(column => column.Property.Name).Concat(omitted).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void What_is_left_out_of_a_table_can_be_missing_when_it_comes_back() =>
        Assert.All(ExportOmissions.Columns.Keys, column => Assert.True(Model().FindEntityType(column.Item1)!.FindProperty(column.Item2)!.IsNullable));

    [Fact]
    public void What_the_log_keeps_secret_is_in_no_export() =>
        Assert.DoesNotContain(Tables().SelectMany(table => table.Columns), column => LeftOut.IsSecret(column.Property));

    [Fact]
    public void Every_column_that_looks_like_an_id_of_another_row_is_a_reference()
    {
        // What an imported item is follows from its kind; acts name each other across sites.
        string[] others = ["importedItems.targetId", "importUpdates.targetId", "log.batchId", "log.undoesId", "comments.draftId"];
        var model = ExportModel.Of(Model());

        var ids = model.Tables.SelectMany(table => table.Columns.Where(column => column.Name.EndsWith("Id", StringComparison.Ordinal)).Select(column => $"{table.Name}.{column.Name}")).ToList();

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Except(others), ids.Intersect(model.References.Select(reference => $"{reference.From.Name}.{reference.Column.Name}")));
    }

    private static IModel Model()
    {
        var options = new DbContextOptionsBuilder<EmbedDbContext>().UseSqlite("Data Source=:memory:").Options;
        using var database = new EmbedDbContext(options);
        return database.Model;
    }
}
