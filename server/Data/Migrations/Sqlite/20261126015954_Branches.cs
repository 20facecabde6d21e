using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Embed.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Branches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Comments_ParentId",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ThreadId_ParentId_Number",
                table: "Comments");

            migrationBuilder.AddColumn<long>(
                name: "AliasOfId",
                table: "Threads",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsIndexed",
                table: "Sites",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "QueryParameters",
                table: "Sites",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "Path",
                table: "Comments",
                type: "TEXT",
                maxLength: 2000,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "ReplyCount",
                table: "Comments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "RootId",
                table: "Comments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Score",
                table: "Comments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "SiteId",
                table: "Comments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "ModerationLog",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    ActorId = table.Column<long>(type: "INTEGER", nullable: false),
                    Act = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    Details = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    UndoneAt = table.Column<long>(type: "INTEGER", nullable: true),
                    UndoneById = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModerationLog", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ModerationLog_Commenters_ActorId",
                        column: x => x.ActorId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ModerationLog_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ParentId_Number",
                table: "Comments",
                columns: new[] { "ParentId", "Number" },
                unique: true);

            // What is stored from now on, for the comments that are there (Model/ReplyPath.cs, Model/Comment.cs).
            migrationBuilder.Sql("""
                UPDATE Comments SET SiteId = (SELECT SiteId FROM Threads WHERE Threads.Id = Comments.ThreadId);

                WITH RECURSIVE branch (Id, RootId, Depth, Path, Base) AS (
                  SELECT Id, Id, 0, '', '' FROM Comments WHERE ParentId IS NULL
                  UNION ALL
                  SELECT c.Id, b.RootId, b.Depth + 1,
                    CASE WHEN b.Depth < 100 THEN b.Path ELSE b.Base || 'z' || printf('%019d', b.Id) END || char(96 + length(c.Number)) || c.Number,
                    CASE WHEN b.Depth < 100 THEN b.Path || char(96 + length(c.Number)) || c.Number ELSE b.Base END
                  FROM branch AS b JOIN Comments AS c ON c.ParentId = b.Id)
                UPDATE Comments SET RootId = branch.RootId, Path = branch.Path
                FROM branch WHERE branch.Id = Comments.Id AND Comments.ParentId IS NOT NULL;

                WITH RECURSIVE above (AncestorId, IsParent) AS (
                  SELECT ParentId, 1 FROM Comments WHERE State = 1 AND ParentId IS NOT NULL
                  UNION ALL
                  SELECT c.ParentId, 0 FROM above JOIN Comments AS c ON c.Id = above.AncestorId WHERE c.ParentId IS NOT NULL)
                UPDATE Comments SET ReplyCount = counted.Replies
                FROM (SELECT AncestorId, COUNT(*) AS Replies FROM above JOIN Comments AS c ON c.Id = AncestorId
                      WHERE IsParent = 1 OR c.Depth <= 100 GROUP BY AncestorId) AS counted
                WHERE counted.AncestorId = Comments.Id;

                UPDATE Comments SET Score = max(0, round(1e9 * (
                    1.0 * UpVotes / (UpVotes + DownVotes) + 1.96 * 1.96 / (2.0 * (UpVotes + DownVotes))
                    - 1.96 * sqrt((1.0 * UpVotes * DownVotes / (UpVotes + DownVotes) / (UpVotes + DownVotes)
                        + 1.96 * 1.96 / (4.0 * (UpVotes + DownVotes))) / (UpVotes + DownVotes)))
                  / (1 + 1.96 * 1.96 / (UpVotes + DownVotes))))
                WHERE UpVotes + DownVotes > 0;
                """);

            migrationBuilder.CreateIndex(
                name: "IX_Comments_RootId_Path_State",
                table: "Comments",
                columns: new[] { "RootId", "Path", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ThreadId_State_Id",
                table: "Comments",
                columns: new[] { "ThreadId", "State", "Id" },
                filter: "\"State\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_SiteId_Id",
                table: "Comments",
                columns: new[] { "SiteId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ThreadId_Id",
                table: "Comments",
                columns: new[] { "ThreadId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ThreadId_PostedAt_Id",
                table: "Comments",
                columns: new[] { "ThreadId", "PostedAt", "Id" },
                filter: "\"ParentId\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ThreadId_ReplyCount_Id",
                table: "Comments",
                columns: new[] { "ThreadId", "ReplyCount", "Id" },
                descending: new[] { false, true, false },
                filter: "\"ParentId\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ThreadId_Score_Id",
                table: "Comments",
                columns: new[] { "ThreadId", "Score", "Id" },
                descending: new[] { false, true, false },
                filter: "\"ParentId\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ModerationLog_ActorId",
                table: "ModerationLog",
                column: "ActorId");

            migrationBuilder.CreateIndex(
                name: "IX_ModerationLog_SiteId_Id",
                table: "ModerationLog",
                columns: new[] { "SiteId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ModerationLog");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ParentId_Number",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_RootId_Path_State",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ThreadId_State_Id",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_SiteId_Id",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ThreadId_Id",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ThreadId_PostedAt_Id",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ThreadId_ReplyCount_Id",
                table: "Comments");

            migrationBuilder.DropIndex(
                name: "IX_Comments_ThreadId_Score_Id",
                table: "Comments");

            migrationBuilder.DropColumn(
                name: "AliasOfId",
                table: "Threads");

            migrationBuilder.DropColumn(
                name: "IsIndexed",
                table: "Sites");

            migrationBuilder.DropColumn(
                name: "QueryParameters",
                table: "Sites");

            migrationBuilder.DropColumn(
                name: "Path",
                table: "Comments");

            migrationBuilder.DropColumn(
                name: "ReplyCount",
                table: "Comments");

            migrationBuilder.DropColumn(
                name: "RootId",
                table: "Comments");

            migrationBuilder.DropColumn(
                name: "Score",
                table: "Comments");

            migrationBuilder.DropColumn(
                name: "SiteId",
                table: "Comments");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ParentId",
                table: "Comments",
                column: "ParentId");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_ThreadId_ParentId_Number",
                table: "Comments",
                columns: new[] { "ThreadId", "ParentId", "Number" },
                unique: true);
        }
    }
}
