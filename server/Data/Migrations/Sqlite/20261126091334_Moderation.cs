using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Embed.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Moderation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "IsShadowed",
                table: "Votes",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "DeletedAt",
                table: "Threads",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Note",
                table: "Threads",
                type: "TEXT",
                maxLength: 2000,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "NoteHtml",
                table: "Threads",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "PinnedCommentId",
                table: "Threads",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "SlowModeMinutes",
                table: "Threads",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "StaysOpen",
                table: "Threads",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "ClosesAfterDays",
                table: "Sites",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Rules",
                table: "Sites",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<int>(
                name: "SlowModeMinutes",
                table: "Sites",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "HeldFor",
                table: "Comments",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "OpenFlags",
                table: "Comments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "RemovalReason",
                table: "Comments",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "Revision",
                table: "Comments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "TextHash",
                table: "Comments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "IsShadow",
                table: "Bans",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            // With its reference, which the migration's own AddForeignKey would copy the whole table for.
            migrationBuilder.Sql("ALTER TABLE Bans ADD COLUMN MadeById INTEGER NULL CONSTRAINT FK_Bans_Commenters_MadeById REFERENCES Commenters (Id) ON DELETE SET NULL");

            migrationBuilder.AddColumn<string>(
                name: "Reason",
                table: "Bans",
                type: "TEXT",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "MadeAt",
                table: "Accounts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Flags",
                columns: table => new
                {
                    CommentId = table.Column<long>(type: "INTEGER", nullable: false),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    Reason = table.Column<int>(type: "INTEGER", nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    SettledAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Flags", x => new { x.CommentId, x.CommenterId });
                    table.ForeignKey(
                        name: "FK_Flags_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_Flags_Comments_CommentId",
                        column: x => x.CommentId,
                        principalTable: "Comments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Invitations",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SecretHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: true),
                    Role = table.Column<int>(type: "INTEGER", nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    MadeById = table.Column<long>(type: "INTEGER", nullable: false),
                    MadeAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UsedById = table.Column<long>(type: "INTEGER", nullable: true),
                    UsedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Invitations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Invitations_Commenters_MadeById",
                        column: x => x.MadeById,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_Invitations_Commenters_UsedById",
                        column: x => x.UsedById,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_Invitations_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "OutsideChecks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Address = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Secret = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutsideChecks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_OutsideChecks_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "PersonNotes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: false),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    AuthorId = table.Column<long>(type: "INTEGER", nullable: true),
                    Text = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PersonNotes", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PersonNotes_Commenters_AuthorId",
                        column: x => x.AuthorId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_PersonNotes_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_PersonNotes_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RoleGrants",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CommenterId = table.Column<long>(type: "INTEGER", nullable: false),
                    SiteId = table.Column<long>(type: "INTEGER", nullable: true),
                    Role = table.Column<int>(type: "INTEGER", nullable: false),
                    GivenById = table.Column<long>(type: "INTEGER", nullable: true),
                    GivenAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RoleGrants", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RoleGrants_Commenters_CommenterId",
                        column: x => x.CommenterId,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_RoleGrants_Commenters_GivenById",
                        column: x => x.GivenById,
                        principalTable: "Commenters",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_RoleGrants_Sites_SiteId",
                        column: x => x.SiteId,
                        principalTable: "Sites",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            // A new table in place of one whose SiteId may not be null; bans name their person in a column from now on.
            migrationBuilder.Sql("""
                ALTER TABLE ModerationLog RENAME TO OldModerationLog;

                CREATE TABLE ModerationLog (
                  Id INTEGER NOT NULL CONSTRAINT PK_ModerationLog PRIMARY KEY AUTOINCREMENT,
                  SiteId INTEGER NULL,
                  ActorId INTEGER NOT NULL,
                  Act TEXT NOT NULL,
                  Via INTEGER NOT NULL,
                  CommentId INTEGER NULL,
                  ThreadId INTEGER NULL,
                  CommenterId INTEGER NULL,
                  BatchId INTEGER NULL,
                  UndoesId INTEGER NULL,
                  Details TEXT NOT NULL,
                  Changes TEXT NOT NULL,
                  At INTEGER NOT NULL,
                  UndoneAt INTEGER NULL,
                  UndoneById INTEGER NULL,
                  CONSTRAINT FK_ModerationLog_Commenters_ActorId FOREIGN KEY (ActorId) REFERENCES Commenters (Id) ON DELETE RESTRICT,
                  CONSTRAINT FK_ModerationLog_Sites_SiteId FOREIGN KEY (SiteId) REFERENCES Sites (Id) ON DELETE RESTRICT);

                INSERT INTO ModerationLog (Id, SiteId, ActorId, Act, Via, CommenterId, Details, Changes, At, UndoneAt, UndoneById)
                  SELECT Id, SiteId, ActorId, Act, CASE WHEN Act IN ('commenter-banned', 'ban-lifted') THEN 1 ELSE 0 END,
                    CASE WHEN Act IN ('commenter-banned', 'ban-lifted') THEN Details ->> '$.commenter' END, Details, '[]', At, UndoneAt, UndoneById
                  FROM OldModerationLog;

                DROP TABLE OldModerationLog;
                CREATE INDEX IX_ModerationLog_SiteId_Id ON ModerationLog (SiteId, Id);
                """);

            // Search over all comments, kept in step by the database itself. What is deleted is overwritten in the index, too.
            migrationBuilder.Sql("""
                CREATE VIRTUAL TABLE CommentSearch USING fts5(Body, content = 'Comments', content_rowid = 'Id', tokenize = 'unicode61 remove_diacritics 2');
                INSERT INTO CommentSearch (CommentSearch, rank) VALUES ('secure-delete', 1);
                INSERT INTO CommentSearch (CommentSearch) VALUES ('rebuild');
                CREATE TRIGGER CommentSearchInsert AFTER INSERT ON Comments BEGIN
                  INSERT INTO CommentSearch (rowid, Body) VALUES (new.Id, new.Body);
                END;
                CREATE TRIGGER CommentSearchDelete AFTER DELETE ON Comments BEGIN
                  INSERT INTO CommentSearch (CommentSearch, rowid, Body) VALUES ('delete', old.Id, old.Body);
                END;
                CREATE TRIGGER CommentSearchUpdate AFTER UPDATE OF Body ON Comments WHEN old.Body <> new.Body BEGIN
                  INSERT INTO CommentSearch (CommentSearch, rowid, Body) VALUES ('delete', old.Id, old.Body);
                  INSERT INTO CommentSearch (rowid, Body) VALUES (new.Id, new.Body);
                END;
                """);

            migrationBuilder.CreateIndex(
                name: "IX_ModerationLog_ActorId_Id",
                table: "ModerationLog",
                columns: new[] { "ActorId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ModerationLog_BatchId",
                table: "ModerationLog",
                column: "BatchId",
                filter: "\"BatchId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ModerationLog_CommenterId_Id",
                table: "ModerationLog",
                columns: new[] { "CommenterId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_ModerationLog_CommentId",
                table: "ModerationLog",
                column: "CommentId",
                filter: "\"CommentId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_CommenterId_Id",
                table: "Comments",
                columns: new[] { "CommenterId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_Flagged",
                table: "Comments",
                columns: new[] { "SiteId", "Id" },
                filter: "\"OpenFlags\" > 0");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_Held",
                table: "Comments",
                columns: new[] { "SiteId", "Id" },
                filter: "\"State\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_Shadowed",
                table: "Comments",
                columns: new[] { "ThreadId", "CommenterId" },
                filter: "\"State\" = 5");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_SiteId_CommenterId_State",
                table: "Comments",
                columns: new[] { "SiteId", "CommenterId", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_SiteId_PostedAt_State_CommenterId_ThreadId",
                table: "Comments",
                columns: new[] { "SiteId", "PostedAt", "State", "CommenterId", "ThreadId" });

            migrationBuilder.CreateIndex(
                name: "IX_Comments_SiteId_TextHash",
                table: "Comments",
                columns: new[] { "SiteId", "TextHash" },
                filter: "\"TextHash\" <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_Comments_Spam",
                table: "Comments",
                columns: new[] { "SiteId", "Id" },
                filter: "\"State\" = 3");

            migrationBuilder.CreateIndex(
                name: "IX_Bans_MadeById",
                table: "Bans",
                column: "MadeById");

            migrationBuilder.CreateIndex(
                name: "IX_Flags_CommenterId",
                table: "Flags",
                column: "CommenterId");

            migrationBuilder.CreateIndex(
                name: "IX_Invitations_MadeById",
                table: "Invitations",
                column: "MadeById");

            migrationBuilder.CreateIndex(
                name: "IX_Invitations_SecretHash",
                table: "Invitations",
                column: "SecretHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Invitations_SiteId",
                table: "Invitations",
                column: "SiteId");

            migrationBuilder.CreateIndex(
                name: "IX_Invitations_UsedById",
                table: "Invitations",
                column: "UsedById");

            migrationBuilder.CreateIndex(
                name: "IX_OutsideChecks_SiteId_Kind",
                table: "OutsideChecks",
                columns: new[] { "SiteId", "Kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PersonNotes_AuthorId",
                table: "PersonNotes",
                column: "AuthorId");

            migrationBuilder.CreateIndex(
                name: "IX_PersonNotes_CommenterId_SiteId",
                table: "PersonNotes",
                columns: new[] { "CommenterId", "SiteId" });

            migrationBuilder.CreateIndex(
                name: "IX_PersonNotes_SiteId",
                table: "PersonNotes",
                column: "SiteId");

            migrationBuilder.CreateIndex(
                name: "IX_RoleGrants_CommenterId",
                table: "RoleGrants",
                column: "CommenterId",
                unique: true,
                filter: "\"SiteId\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_RoleGrants_CommenterId_SiteId",
                table: "RoleGrants",
                columns: new[] { "CommenterId", "SiteId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RoleGrants_GivenById",
                table: "RoleGrants",
                column: "GivenById");

            migrationBuilder.CreateIndex(
                name: "IX_RoleGrants_SiteId_Role",
                table: "RoleGrants",
                columns: new[] { "SiteId", "Role" });

        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            // Before it the log had no place for what concerns the whole server, nor for what an act changed.
            throw new NotSupportedException(
                "The migration Moderation cannot be undone: its log does not fit into the tables before it. Restore a backup made before it.");
    }
}
