using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Embed.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class People : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "AllowsGuests",
                table: "Sites",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "AllowsMail",
                table: "Sites",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "HoldsGuests",
                table: "Sites",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "SignInProviders",
                table: "Sites",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<bool>(
                name: "IsFromPage",
                table: "SignInCodes",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "DeletionDueAt",
                table: "Commenters",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "DeletionKeepsComments",
                table: "Commenters",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "IsNameChosen",
                table: "Commenters",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "IsPictureChosen",
                table: "Commenters",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Kind",
                table: "Commenters",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "PictureHash",
                table: "Commenters",
                type: "TEXT",
                maxLength: 43,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Accounts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    Provider = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Subject = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    PictureHash = table.Column<string>(type: "TEXT", maxLength: 43, nullable: true),
                    LinkedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UsedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Accounts", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Accounts_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Bans",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: true),
                    Until = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Bans", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Bans_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_Bans_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "MailedCodes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Mailbox = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Label = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    CodeHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    LinkHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    BrowserHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Flow = table.Column<string>(type: "TEXT", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    SentAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UsedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MailedCodes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Pictures",
                columns: table => new
                {
                    Hash = table.Column<string>(type: "TEXT", maxLength: 43, nullable: false),
                    Bytes = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Pictures", x => x.Hash);
                });

            migrationBuilder.CreateTable(
                name: "ServerSecrets",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Value = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ServerSecrets", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "SingleSignOns",
                columns: table => new
                {
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    Issuer = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    KeysAddress = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    Secret = table.Column<string>(type: "TEXT", nullable: true),
                    SecretMadeAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PreviousSecret = table.Column<string>(type: "TEXT", nullable: true),
                    PreviousUntil = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SingleSignOns", x => x.SiteId);
                    table.ForeignKey(
                        name: "FK_SingleSignOns_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SpentTokens",
                columns: table => new
                {
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    IdHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SpentTokens", x => new { x.SiteId, x.IdHash });
                    table.ForeignKey(
                        name: "FK_SpentTokens_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            // A new table in place of the old one: SQLite cannot make a column nullable, and EF Core's way around it does not
            // fit into a transaction.
            migrationBuilder.DropIndex(name: "IX_Sessions_CommenterId", table: "Sessions");
            migrationBuilder.DropIndex(name: "IX_Sessions_ExpiresAt", table: "Sessions");
            migrationBuilder.DropIndex(name: "IX_Sessions_SiteId", table: "Sessions");
            migrationBuilder.DropIndex(name: "IX_Sessions_TokenHash", table: "Sessions");
            migrationBuilder.RenameTable(name: "Sessions", newName: "OldSessions");

            migrationBuilder.CreateTable(
                name: "Sessions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    TokenHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: true),
                    Origin = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    Device = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    IsModerator = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UsedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sessions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Sessions_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_Sessions_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            // Who was there before: their one account, and sessions good for the origin most likely to hold them.
            migrationBuilder.Sql("""
                INSERT INTO Accounts (CommenterId, Provider, Subject, Name, LinkedAt, UsedAt)
                  SELECT Id, Provider, Subject, Name, CreatedAt, CreatedAt FROM Commenters;

                INSERT INTO Sessions (Id, TokenHash, CommenterId, SiteId, Origin, Device, IsModerator, CreatedAt, UsedAt, ExpiresAt)
                  SELECT s.Id, s.TokenHash, s.CommenterId, s.SiteId, COALESCE(json_extract(t.Origins, '$[0]'), ''), '', 0, s.CreatedAt, s.CreatedAt, s.ExpiresAt
                  FROM OldSessions AS s JOIN Sites AS t ON t.Id = s.SiteId;
                """);

            migrationBuilder.DropTable(name: "OldSessions");
            migrationBuilder.CreateIndex(name: "IX_Sessions_CommenterId", table: "Sessions", column: "CommenterId");
            migrationBuilder.CreateIndex(name: "IX_Sessions_ExpiresAt", table: "Sessions", column: "ExpiresAt");
            migrationBuilder.CreateIndex(name: "IX_Sessions_SiteId", table: "Sessions", column: "SiteId");
            migrationBuilder.CreateIndex(name: "IX_Sessions_TokenHash", table: "Sessions", column: "TokenHash", unique: true);

            migrationBuilder.DropIndex(
                name: "IX_Commenters_Provider_Subject",
                table: "Commenters");

            // By name: EF Core would build the table anew, outside the transaction.
            migrationBuilder.Sql("ALTER TABLE Commenters DROP COLUMN Provider");
            migrationBuilder.Sql("ALTER TABLE Commenters DROP COLUMN Subject");

            migrationBuilder.CreateIndex(
                name: "IX_SignInCodes_Challenge",
                table: "SignInCodes",
                column: "Challenge");

            migrationBuilder.CreateIndex(
                name: "IX_Commenters_DeletionDueAt",
                table: "Commenters",
                column: "DeletionDueAt",
                filter: "\"DeletionDueAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Commenters_Kind",
                table: "Commenters",
                column: "Kind",
                unique: true,
                filter: "\"Kind\" = 2");

            migrationBuilder.CreateIndex(
                name: "IX_Commenters_PictureHash",
                table: "Commenters",
                column: "PictureHash");

            migrationBuilder.CreateIndex(
                name: "IX_Accounts_CommenterId",
                table: "Accounts",
                column: "CommenterId");

            migrationBuilder.CreateIndex(
                name: "IX_Accounts_PictureHash",
                table: "Accounts",
                column: "PictureHash");

            migrationBuilder.CreateIndex(
                name: "IX_Accounts_Subject_Provider",
                table: "Accounts",
                columns: new[] { "Subject", "Provider" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Bans_CommenterId_SiteId",
                table: "Bans",
                columns: new[] { "CommenterId", "SiteId" });

            migrationBuilder.CreateIndex(
                name: "IX_Bans_SiteId",
                table: "Bans",
                column: "SiteId");

            migrationBuilder.CreateIndex(
                name: "IX_MailedCodes_BrowserHash",
                table: "MailedCodes",
                column: "BrowserHash");

            migrationBuilder.CreateIndex(
                name: "IX_MailedCodes_LinkHash",
                table: "MailedCodes",
                column: "LinkHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MailedCodes_Mailbox_SentAt",
                table: "MailedCodes",
                columns: new[] { "Mailbox", "SentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_MailedCodes_SentAt",
                table: "MailedCodes",
                column: "SentAt");

            migrationBuilder.CreateIndex(
                name: "IX_SpentTokens_ExpiresAt",
                table: "SpentTokens",
                column: "ExpiresAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            // Before it a commenter was one account: people with several, none or a mailbox have no place there.
            throw new NotSupportedException(
                "The migration People cannot be undone: identities cannot go back into the tables before it. Restore a backup made before it.");
    }
}
