using System.Text.Json.Nodes;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Embed.IntegrationTests;

/// <summary>What the log notes of rows, and how they are put back: whatever the columns, whatever stands in the log.</summary>
public sealed class RowChangesTests(EmbedApplication application) : IClassFixture<EmbedApplication>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_of_the_model_is_written_and_read_again()
    {
        await using var database = await application.OpenDatabaseAsync();
        var columns = database.Model.GetEntityTypes().SelectMany(type => type.GetProperties()).ToList();

        Assert.True(columns.Count > 100);
        Assert.All(columns, column =>
        {
            var value = SampleOf(column);
            var written = JsonNode.Parse(StoredValue.Write(column, value)!.ToJsonString());
            Assert.True(StoredValue.TryRead(column, written, out var stored) && stored is not null, $"{column}");
            Assert.Equal(Comparable(column, value), Comparable(column, StoredValue.Read(column, written)));
            // Of another kind than the column's: the log of another version.
            Assert.False(StoredValue.TryRead(column, new JsonObject(), out _));
            Assert.False(StoredValue.TryRead(column, stored is string ? JsonValue.Create(1) : JsonValue.Create("no hex"), out _));
        });
    }

    [Fact]
    public async Task A_row_that_was_put_back_has_every_value_it_had()
    {
        var rows = await RowsOfAllKindsAsync();

        foreach (var make in rows)
        {
            var before = await application.DumpAsync();
            var (entity, inserted) = await ChangeAsync(make());
            var there = await application.DumpAsync();
            Assert.NotEqual(before, there);
            var (_, deleted) = await ChangeAsync(entity, EntityState.Deleted);
            Assert.Equal(before, await application.DumpAsync());

            Assert.True(await ReverseAsync(deleted), $"{entity}");
            Assert.Equal(there, await application.DumpAsync());
            Assert.True(await ReverseAsync(inserted), $"{entity}");
            Assert.Equal(before, await application.DumpAsync());
        }
    }

    [Fact]
    public async Task Only_what_has_changed_is_noted()
    {
        var site = await SiteAsync();
        site.SlowModeMinutes = 7;
        // Set, and the same as before.
        site.Name = new string(site.Name);

        var (_, changes) = await ChangeAsync(site, EntityState.Modified);

        var change = Assert.Single(changes);
        Assert.Equal(("Sites", site.Id), (change.Table, change.Id));
        Assert.Equal("""{"SlowModeMinutes":0}""", change.Before!.ToJsonString());
        Assert.Equal("""{"SlowModeMinutes":7}""", change.After!.ToJsonString());
        Assert.Equal(RowChange.Write(changes), RowChange.Write(RowChange.Read(RowChange.Write(changes))));
        Assert.True(await ReverseAsync(changes));
    }

    [Fact]
    public async Task Secrets_and_counters_are_not_noted_and_a_row_that_had_a_secret_is_not_put_back()
    {
        var site = await application.SiteIdAsync();
        var (check, made) = await ChangeAsync(new OutsideCheck { SiteId = site, Kind = OutsideCheckKind.Http, Address = "https://check.example", Secret = "geheim" });
        var (_, gone) = await ChangeAsync(check, EntityState.Deleted);
        await using var database = await application.OpenDatabaseAsync();

        var (changed, _) = await ChangeAsync(new OutsideCheck { SiteId = site, Kind = OutsideCheckKind.Http, Address = "https://check.example", Secret = "geheim" });
        List<RowChange> other = [];
        await application.Services.GetRequiredService<WriteQueue>().RunAsync<bool>(
            async write =>
            {
                var row = await write.Database.OutsideChecks.SingleAsync(c => c.Id == ((OutsideCheck)changed).Id, Cancellation);
                (row.Address, row.Secret) = ("https://other.example", "geheimer");
                other = await RowChanges.SaveAsync(write.Database);
                return true;
            },
            Cancellation);

        // With another address the same secret, or none, would be sent where it does not belong.
        Assert.Null(RowChanges.Known(database, other));
        Assert.Equal("https://check.example", (string?)Assert.Single(other).Before!["Address"]);
        gone.AddRange(other);
        Assert.DoesNotContain("geheim", RowChange.Write([.. made, .. gone]), StringComparison.Ordinal);
        Assert.NotNull(RowChanges.Known(database, made));
        Assert.Null(RowChanges.Known(database, gone));
        gone.RemoveAt(1);
        // What is not in the log cannot be brought in by it either.
        gone[0].Before!["Secret"] = "mine";
        Assert.Null(RowChanges.Known(database, gone));
        Assert.All(
            database.Model.GetEntityTypes().SelectMany(type => type.GetProperties()).Where(column => Looks(column.Name, "Secret", "Hash", "Token") && column.Name is not ("PictureHash" or "TextHash" or "Hash" or "ContentHash" or "GitHubLoginHash")),
            column => Assert.True(LeftOut.IsSecret(column) || column.DeclaringType.ClrType is { Name: nameof(MailedCode) or nameof(SpentToken) or nameof(ServerSecret) }, $"{column}"));
    }

    [Theory]
    [InlineData("""{"table":"Nowhere","key":{"Id":1},"before":{"Name":"x"},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":{"Nothing":"x"},"after":{"Nothing":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":{"Name":1},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":{"Name":"x"},"after":{"SlowModeMinutes":0}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":{"Name":null},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{},"before":{"Name":"x"},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":null},"before":{"Name":"x"},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Key":"test"},"before":{"Name":"x"},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":null,"after":null}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":{"Name":"x"},"after":null}""")]
    [InlineData("""{"table":"Flags","key":{"CommentId":1},"before":{"Note":"x"},"after":{"Note":"y"}}""")]
    [InlineData("""{"table":"Sites\" SET \"Name\" = 'owned' --","key":{"Id":1},"before":{"Name":"x"},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id\" = 1 OR 1 = 1 --":1},"before":{"Name":"x"},"after":{"Name":"y"}}""")]
    [InlineData("""{"table":"Sites","key":{"Id":1},"before":{"Name\" = 'owned' --":"x"},"after":{"Name\" = 'owned' --":"y"}}""")]
    [InlineData("""{"table":"sqlite_master","key":{"rowid":1},"before":{"sql":"x"},"after":{"sql":"y"}}""")]
    public async Task What_another_version_or_somebody_else_has_written_into_the_log_is_not_put_back(string change)
    {
        await using var database = await application.OpenDatabaseAsync();
        var (root, _) = await application.MakeSessionAsync("Root", Role.Administrator);
        var before = await application.DumpAsync();
        var entry = new ModerationLogEntry { SiteId = await application.SiteIdAsync(), ActorId = root.Id, Act = ActWord.SiteChanged, Details = "{}", Changes = $"[{change}]" };
        database.ModerationLog.Add(entry);
        await database.SaveChangesAsync(Cancellation);

        Assert.Null(RowChanges.Known(database, RowChange.Read($"[{change}]")));
        Assert.Equal(Embed.Server.Moderation.UndoResult.NotUndoable, Assert.Single(await application.UndoAsync(entry.Id)).Result);
        Assert.Equal(before, await application.DumpAsync());
        Assert.Single(await application.ReadLogAsync(new() { Entries = [entry.Id] }));
    }

    [Fact]
    public async Task A_row_that_has_changed_since_is_not_put_back()
    {
        var site = await SiteAsync();
        site.ClosesAfterDays = 3;
        var (_, changes) = await ChangeAsync(site, EntityState.Modified);
        await application.ChangeSiteAsync(row => row.ClosesAfterDays = 4);

        Assert.False(await ReverseAsync(changes));
        await application.ChangeSiteAsync(row => row.ClosesAfterDays = 3);
        Assert.True(await ReverseAsync(changes));
        Assert.Equal(0, (await SiteAsync()).ClosesAfterDays);
    }

    private static bool Looks(string name, params string[] parts) => parts.Any(part => name.Contains(part, StringComparison.Ordinal));

    /// <summary>Makers of rows without secrets, of every table that acts insert into or delete from.</summary>
    private async Task<List<Func<object>>> RowsOfAllKindsAsync()
    {
        var (site, now) = (await application.SiteIdAsync(), application.Clock.GetUtcNow());
        using var ada = await Person.SignInAsync(application, "Ada");
        using var ben = await Person.SignInAsync(application, "Ben");
        var comment = await ada.PostAsync(EmbedApplication.NewPage(), "Text");
        return
        [
            () => new Ban { CommenterId = ada.Id, SiteId = site, Until = now, IsShadow = true, Reason = "“Why” \\ 'why' \u0000 🦊 \n", MadeById = ben.Id, CreatedAt = now },
            () => new Ban { CommenterId = ada.Id, CreatedAt = now },
            () => new RoleGrant { CommenterId = ada.Id, SiteId = site, Role = SiteRole.Owner, GivenAt = now },
            () => new PersonNote { SiteId = site, CommenterId = ada.Id, AuthorId = ben.Id, Text = "Text", At = now },
            () => new Flag { CommentId = comment, CommenterId = ben.Id, Reason = FlagReason.Abuse, Note = "", At = now, SettledAt = now },
            () => new Vote { CommentId = comment, CommenterId = ben.Id, Value = -1 },
            () => new CommentThread { SiteId = site, Key = "k", PageAddress = "https://blog.example/k", Title = "", CreatedAt = now, DeletedAt = now, StaysOpen = true },
            () => new Site { Key = "made", Name = "Made", Origins = ["https://a.example", "https://b.example"], Rules = [new Rule { Condition = RuleCondition.Words, Words = ["a", "\""] }], CreatedAt = now },
            () => new Comment { SiteId = site, ThreadId = 1, Number = 99, CommenterId = ben.Id, DraftId = Guid.NewGuid(), PostedAt = now }.Write("b", "<p>b</p>", CommentState.Shadowed),
        ];
    }

    private async Task<Site> SiteAsync()
    {
        await using var database = await application.OpenDatabaseAsync();
        return await database.Sites.SingleAsync(s => s.Key == EmbedApplication.Site, Cancellation);
    }

    private async Task<(object Entity, List<RowChange> Changes)> ChangeAsync(object entity, EntityState state = EntityState.Added)
    {
        List<RowChange> changes = [];
        await application.Services.GetRequiredService<WriteQueue>().RunAsync<bool>(
            async write =>
            {
                if (state == EntityState.Modified)
                {
                    // As it is in the database, and then as it is to be.
                    var tracked = await write.Database.Sites.SingleAsync(s => s.Id == ((Site)entity).Id, Cancellation);
                    write.Database.Entry(tracked).CurrentValues.SetValues(entity);
                }
                else
                {
                    write.Database.Entry(entity).State = state;
                }

                changes = await RowChanges.SaveAsync(write.Database);
                return true;
            },
            Cancellation);
        return (entity, changes);
    }

    private async Task<bool> ReverseAsync(List<RowChange> changes) => (await application.Services.GetRequiredService<WriteQueue>().RunAsync<bool>(
        async write =>
        {
            var known = RowChanges.Known(write.Database, changes)!;
            if (!await RowChanges.IsInForceAsync(write, Assert.Single(known)))
            {
                return false;
            }

            await RowChanges.ReverseAsync(write, known[0]);
            return true;
        },
        Cancellation)).Value;

    private static object SampleOf(IProperty column)
    {
        var type = Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType;
        return type == typeof(string) ? "“x” \\ '🦊' \n"
            : type == typeof(bool) ? true
            : type == typeof(Guid) ? Guid.NewGuid()
            : type == typeof(byte[]) ? new byte[] { 0, 255, 16 }
            : type == typeof(DateTimeOffset) ? new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero)
            : type == typeof(List<string>) ? new List<string> { "a", "\"" }
            : type == typeof(List<Rule>) ? new List<Rule> { new() { Condition = RuleCondition.Pattern, Words = ["x{1,3}"] } }
            : type.IsEnum ? Enum.GetValues(type).GetValue(1)!
            : Convert.ChangeType(42, type, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string? Comparable(IProperty column, object? value) => StoredValue.Write(column, value)?.ToJsonString();
}
