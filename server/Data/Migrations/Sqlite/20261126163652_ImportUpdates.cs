using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Embed.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ImportUpdates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ImportUpdates",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ImportId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    TargetId = table.Column<long>(type: "INTEGER", nullable: false),
                    AuthorId = table.Column<long>(type: "INTEGER", nullable: true),
                    UpVotes = table.Column<int>(type: "INTEGER", nullable: false),
                    DownVotes = table.Column<int>(type: "INTEGER", nullable: false),
                    Changes = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ImportUpdates", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ImportUpdates_Commenters_AuthorId",
                        column: x => x.AuthorId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_ImportUpdates_Imports_ImportId",
                        column: x => x.ImportId,
                        principalTable: "Imports",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ImportUpdates_AuthorId",
                table: "ImportUpdates",
                column: "AuthorId");

            migrationBuilder.CreateIndex(
                name: "IX_ImportUpdates_ImportId",
                table: "ImportUpdates",
                column: "ImportId");

            migrationBuilder.CreateIndex(
                name: "IX_ImportUpdates_Kind_TargetId",
                table: "ImportUpdates",
                columns: new[] { "Kind", "TargetId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ImportUpdates");
        }
    }
}
