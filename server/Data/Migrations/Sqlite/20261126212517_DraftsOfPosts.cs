using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Embed.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DraftsOfPosts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Comments_CommenterId_DraftId",
                table: "Comments");

            // 0 is a comment. What was imported before this has drafts that nobody ever had.
            migrationBuilder.Sql(
                """
                UPDATE "Comments" SET "DraftId" = '00000000-0000-0000-0000-000000000000'
                WHERE "Id" IN (SELECT "TargetId" FROM "ImportedItems" WHERE "Kind" = 0)
                """);

            migrationBuilder.CreateIndex(
                name: "IX_Comments_CommenterId_DraftId",
                table: "Comments",
                columns: new[] { "CommenterId", "DraftId" },
                unique: true,
                filter: "\"DraftId\" <> '00000000-0000-0000-0000-000000000000'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Comments_CommenterId_DraftId",
                table: "Comments");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_CommenterId_DraftId",
                table: "Comments",
                columns: new[] { "CommenterId", "DraftId" },
                unique: true);
        }
    }
}
