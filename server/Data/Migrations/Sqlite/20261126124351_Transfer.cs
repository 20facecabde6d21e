using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Embed.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Transfer : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Commenters_Kind",
                table: "Commenters");

            migrationBuilder.CreateTable(
                name: "Imports",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    Format = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    FileName = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    StartedById = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Options = table.Column<string>(type: "TEXT", nullable: false),
                    Position = table.Column<long>(type: "INTEGER", nullable: false),
                    Counts = table.Column<string>(type: "TEXT", nullable: false),
                    Message = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Imports", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Imports_Commenters_StartedById",
                        column: x => x.StartedById,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Imports_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ImportedItems",
                columns: table => new
                {
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    SourceKey = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    TargetId = table.Column<long>(type: "INTEGER", nullable: false),
                    ImportId = table.Column<long>(type: "INTEGER", nullable: false),
                    PersonId = table.Column<long>(type: "INTEGER", nullable: true),
                    ContentHash = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ImportedItems", x => new { x.SiteId, x.Source, x.Kind, x.SourceKey });
                    table.ForeignKey(
                        name: "FK_ImportedItems_Imports_ImportId",
                        column: x => x.ImportId,
                        principalTable: "Imports",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ImportedItems_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ImportedPeople",
                columns: table => new
                {
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    ImportId = table.Column<long>(type: "INTEGER", nullable: false),
                    GitHubLogin = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    GitHubLoginHash = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    Mailbox = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    Website = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    Email = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    NetworkAddress = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    ClaimedById = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ImportedPeople", x => x.CommenterId);
                    table.ForeignKey(
                        name: "FK_ImportedPeople_Commenters_ClaimedById",
                        column: x => x.ClaimedById,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_ImportedPeople_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_ImportedPeople_Imports_ImportId",
                        column: x => x.ImportId,
                        principalTable: "Imports",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ImportedPeople_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ImportClaims",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PersonId = table.Column<long>(type: "INTEGER", nullable: false),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    Ground = table.Column<int>(type: "INTEGER", nullable: false),
                    MadeAt = table.Column<long>(type: "INTEGER", nullable: false),
                    DecidedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DecidedById = table.Column<long>(type: "INTEGER", nullable: true),
                    IsAccepted = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ImportClaims", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ImportClaims_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_ImportClaims_Commenters_DecidedById",
                        column: x => x.DecidedById,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_ImportClaims_ImportedPeople_PersonId",
                        column: x => x.PersonId,
                        principalTable: "ImportedPeople",
                        principalColumn: "CommenterId",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Commenters_Kind",
                table: "Commenters",
                column: "Kind",
                unique: true,
                filter: "\"Kind\" IN (2, 4)");

            migrationBuilder.CreateIndex(
                name: "IX_ImportClaims_CommenterId",
                table: "ImportClaims",
                column: "CommenterId");

            migrationBuilder.CreateIndex(
                name: "IX_ImportClaims_DecidedById",
                table: "ImportClaims",
                column: "DecidedById");

            migrationBuilder.CreateIndex(
                name: "IX_ImportClaims_PersonId_CommenterId",
                table: "ImportClaims",
                columns: new[] { "PersonId", "CommenterId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ImportedItems_ImportId_Kind_TargetId",
                table: "ImportedItems",
                columns: new[] { "ImportId", "Kind", "TargetId" });

            migrationBuilder.CreateIndex(
                name: "IX_ImportedItems_PersonId_TargetId",
                table: "ImportedItems",
                columns: new[] { "PersonId", "TargetId" },
                filter: "\"PersonId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ImportedPeople_ClaimedById",
                table: "ImportedPeople",
                column: "ClaimedById");

            migrationBuilder.CreateIndex(
                name: "IX_ImportedPeople_GitHubLogin",
                table: "ImportedPeople",
                column: "GitHubLogin",
                filter: "\"GitHubLogin\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ImportedPeople_GitHubLoginHash",
                table: "ImportedPeople",
                column: "GitHubLoginHash",
                filter: "\"GitHubLoginHash\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ImportedPeople_ImportId",
                table: "ImportedPeople",
                column: "ImportId");

            migrationBuilder.CreateIndex(
                name: "IX_ImportedPeople_Mailbox",
                table: "ImportedPeople",
                column: "Mailbox",
                filter: "\"Mailbox\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ImportedPeople_SiteId",
                table: "ImportedPeople",
                column: "SiteId");

            migrationBuilder.CreateIndex(
                name: "IX_Imports_SiteId",
                table: "Imports",
                column: "SiteId");

            migrationBuilder.CreateIndex(
                name: "IX_Imports_StartedById",
                table: "Imports",
                column: "StartedById");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ImportClaims");

            migrationBuilder.DropTable(
                name: "ImportedItems");

            migrationBuilder.DropTable(
                name: "ImportedPeople");

            migrationBuilder.DropTable(
                name: "Imports");

            migrationBuilder.DropIndex(
                name: "IX_Commenters_Kind",
                table: "Commenters");

            migrationBuilder.CreateIndex(
                name: "IX_Commenters_Kind",
                table: "Commenters",
                column: "Kind",
                unique: true,
                filter: "\"Kind\" = 2");
        }
    }
}
