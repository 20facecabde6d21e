using System.Diagnostics;
using System.Globalization;
using Embed.Server.Hosting;
using Embed.Server.Markup;
using Embed.Server.Model;
using Embed.Server.Threads;
using Microsoft.Data.Sqlite;

#pragma warning disable RS0030 // Random: the data must be the same each time, and nothing in it is secret.

namespace Embed.Benchmarks;

/// <summary>
/// Makes a database of 1,000,000 comments in 10,000 threads, one of them of 100,000 and one of 100: by the server's own migrations,
/// with every count, path, number and score as the server would have written them. The same each time.
/// </summary>
internal sealed class BigDatabase
{
    /// <summary>The site's key.</summary>
    public const string SiteKey = "bench";

    /// <summary>The site's one origin.</summary>
    public const string Origin = "https://blog.example";

    /// <summary>How many threads there are.</summary>
    public const int Threads = 10_000;

    /// <summary>The thread of 100,000 comments.</summary>
    public const int Largest = 1;

    /// <summary>The thread of 100 comments.</summary>
    public const int Usual = 2;

    private const int Comments = 1_000_000;
    private const int Commenters = 20_000;

    // Whom people answer is mostly among the last that were written.
    private const int Recent = 40;

    private static readonly DateTimeOffset Begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Random _random = new(20260101);
    private readonly List<Node> _nodes = new(Comments);

    private BigDatabase()
    {
    }

    /// <summary>The address of a thread's page.</summary>
    public static string PageOf(int thread) => $"{Origin}/posts/{thread.ToString(CultureInfo.InvariantCulture)}";

    /// <param name="arguments">The folder to make it in.</param>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            Console.WriteLine("Say in which folder, below artifacts/ for one: its embed.db is made anew.");
            return;
        }

        var file = Path.Combine(Directory.CreateDirectory(arguments[0]).FullName, "embed.db");
        foreach (var old in new[] { file, file + "-wal", file + "-shm" })
        {
            File.Delete(old);
        }

        var clock = Stopwatch.StartNew();
        await MakeSchemaAsync(file);
        var database = new BigDatabase();
        database.Write(file);
        Console.WriteLine($"{Comments:N0} comments, {new FileInfo(file).Length / 1024 / 1024:N0} MB, in {clock.Elapsed.TotalSeconds:F0} s: {file}");
    }

    private sealed class Node(Comment comment, int text)
    {
        public readonly Comment Comment = comment;
        public readonly int Text = text;
        public Node? Parent;
        public int Answers;
        public int Published;
    }

    private static async Task MakeSchemaAsync(string file)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Embed:Database"] = file,
            ["Embed:Sites:0:Key"] = SiteKey,
            ["Embed:Sites:0:Origins:0"] = Origin,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddEmbed();
        await using (var server = builder.Build())
        {
            await server.StartAsync();
        }

        SqliteConnection.ClearAllPools();
    }

    private void Write(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Do(connection, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA foreign_keys = OFF;");
        var indexes = Indexes(connection);
        indexes.ForEach(index => Do(connection, $"DROP INDEX \"{index.Name}\""));
        var triggers = Triggers(connection);
        triggers.ForEach(trigger => Do(connection, $"DROP TRIGGER \"{trigger.Name}\""));
        var posts = Posts();
        Grow(posts);
        using (var transaction = connection.BeginTransaction())
        {
            WriteCommenters(connection);
            WriteThreads(connection, posts);
            WriteComments(connection);
            WriteVotes(connection);
            transaction.Commit();
        }

        // In one go over what is there: much faster than one by one.
        indexes.ForEach(index => Do(connection, index.Sql));
        triggers.ForEach(trigger => Do(connection, trigger.Sql));
        Do(connection, "INSERT INTO CommentSearch (CommentSearch) VALUES ('rebuild')");
        Do(connection, "PRAGMA journal_mode = WAL;");
    }

    /// <summary>The thread of each comment, in the order they were written: threads grow side by side.</summary>
    private int[] Posts()
    {
        var sizes = new int[Threads + 1];
        (sizes[Largest], sizes[Usual]) = (100_000, 100);
        var rest = Comments - sizes[Largest] - sizes[Usual] - (Threads - 2);
        var weights = Enumerable.Range(3, Threads - 2).Select(thread => 1.0 / (thread + 20)).ToArray();
        var sum = weights.Sum();
        for (var thread = 3; thread <= Threads; thread++)
        {
            sizes[thread] = 1 + (int)(rest * weights[thread - 3] / sum);
        }

        sizes[3] += Comments - sizes.Sum();
        var posts = Enumerable.Range(1, Threads).SelectMany(thread => Enumerable.Repeat(thread, sizes[thread])).ToArray();
        _random.Shuffle(posts);
        return posts;
    }

    private void Grow(int[] posts)
    {
        var threads = new List<Node>[Threads + 1];
        var tops = new int[Threads + 1];
        for (var i = 0; i < posts.Length; i++)
        {
            var thread = threads[posts[i]] ??= [];
            // Two of five begin something; what is gone is answered no more.
            var parent = thread.Count > 0 && _random.Next(5) >= 2 ? thread[^(1 + _random.Next(Math.Min(Recent, thread.Count)))] : null;
            parent = parent?.Comment.State == CommentState.Published ? parent : null;
            var number = parent is null ? ++tops[posts[i]] : ++parent.Answers;
            var (up, down) = _random.Next(10) < 3 ? (_random.Next(6), _random.Next(3)) : (0, 0);
            var comment = new Comment
            {
                Id = i + 1,
                ThreadId = posts[i],
                ParentId = parent?.Comment.Id,
                RootId = parent is null ? null : parent.Comment.RootId ?? parent.Comment.Id,
                Path = parent is null ? "" : ReplyPath.Of(parent.Comment, number),
                Depth = parent is null ? 0 : parent.Comment.Depth + 1,
                Number = number,
                CommenterId = 1 + _random.Next(Commenters),
                UpVotes = up,
                DownVotes = down,
                Score = CommentOrder.Score(up, down),
                PostedAt = Begin.AddMinutes(i),
            }.Write("", "", _random.Next(50) == 0 ? CommentState.Deleted : CommentState.Published);
            var node = new Node(comment, _random.Next(Texts.Length)) { Parent = parent };
            thread.Add(node);
            _nodes.Add(node);
            for (var above = comment.State == CommentState.Published ? parent : null; above is not null; above = above.Parent)
            {
                above.Published++;
            }
        }
    }

    private static void WriteCommenters(SqliteConnection connection)
    {
        var insert = new Insert(connection, "Commenters", "Id", "Kind", "Name", "IsNameChosen", "IsPictureChosen", "DeletionKeepsComments", "CreatedAt");
        for (var i = 1; i <= Commenters; i++)
        {
            insert.Row(i, 0, $"{Names[i % Names.Length]} {i}", 0, 0, 0, Begin.ToUnixTimeMilliseconds());
        }
    }

    private void WriteThreads(SqliteConnection connection, int[] posts)
    {
        var counts = _nodes.Where(node => node.Comment.State == CommentState.Published).CountBy(node => node.Comment.ThreadId).ToDictionary();
        var versions = posts.CountBy(thread => thread).ToDictionary();
        var insert = new Insert(
            connection, "Threads", "Id", "SiteId", "Key", "PageAddress", "Title", "IsClosed", "CommentCount", "Version", "CreatedAt");
        for (var thread = 1; thread <= Threads; thread++)
        {
            insert.Row(
                thread, 1, PageOf(thread)["https://".Length..], PageOf(thread), $"Post {thread}", 0, counts.GetValueOrDefault(thread),
                versions[thread], Begin.ToUnixTimeMilliseconds());
        }
    }

    private void WriteComments(SqliteConnection connection)
    {
        var insert = new Insert(
            connection, "Comments", "Id", "SiteId", "ThreadId", "ParentId", "RootId", "Path", "Depth", "Number", "CommenterId", "DraftId",
            "State", "Body", "BodyHtml", "UpVotes", "DownVotes", "ReplyCount", "Score", "PostedAt", "DeletedAt");
        Span<byte> draft = stackalloc byte[16];
        foreach (var node in _nodes)
        {
            var comment = node.Comment;
            _random.NextBytes(draft);
            var isGone = comment.State == CommentState.Deleted;
            var (markdown, html) = isGone ? ("", "") : Texts[node.Text];
            insert.Row(
                comment.Id, 1, comment.ThreadId, comment.ParentId, comment.RootId, comment.Path, comment.Depth, comment.Number,
                comment.CommenterId, new Guid(draft).ToString().ToUpperInvariant(), (int)comment.State, markdown, html, comment.UpVotes,
                comment.DownVotes, node.Published, comment.Score, comment.PostedAt.ToUnixTimeMilliseconds(),
                isGone ? comment.PostedAt.AddHours(1).ToUnixTimeMilliseconds() : null);
        }
    }

    private void WriteVotes(SqliteConnection connection)
    {
        var insert = new Insert(connection, "Votes", "CommentId", "CommenterId", "Value");
        foreach (var comment in _nodes.Select(node => node.Comment))
        {
            for (var i = 0; i < comment.UpVotes + comment.DownVotes; i++)
            {
                insert.Row(comment.Id, 1 + ((comment.CommenterId + i) % Commenters), i < comment.UpVotes ? 1 : -1);
            }
        }
    }

    private static List<(string Name, string Sql)> Indexes(SqliteConnection connection) =>
        Schema(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('Comments', 'Votes')");

    private static List<(string Name, string Sql)> Triggers(SqliteConnection connection) =>
        Schema(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'Comments'");

    private static List<(string Name, string Sql)> Schema(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var found = new List<(string, string)>();
        while (reader.Read())
        {
            found.Add((reader.GetString(0), reader.GetString(1)));
        }

        return found;
    }

    private static void Do(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>One statement, prepared once.</summary>
    private sealed class Insert
    {
        private readonly SqliteCommand _command;

        public Insert(SqliteConnection connection, string table, params string[] columns)
        {
            _command = connection.CreateCommand();
            _command.CommandText =
                $"INSERT INTO \"{table}\" (\"{string.Join("\", \"", columns)}\") VALUES ({string.Join(", ", columns.Select(column => "$" + column))})";
            foreach (var column in columns)
            {
                _command.Parameters.AddWithValue("$" + column, DBNull.Value);
            }
        }

        public void Row(params ReadOnlySpan<object?> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                _command.Parameters[i].Value = values[i] ?? DBNull.Value;
            }

            _command.ExecuteNonQuery();
        }
    }

    private static readonly string[] Names = ["Ada", "Ben", "Chidi", "Dilara", "Emre", "Fatima", "Grace", "Hiro", "Ines", "ليلى", "Øystein", "Zoë"];

    private static readonly (string Markdown, string Html)[] Texts = [.. Enumerable.Range(0, 500).Select(i =>
    {
        var markdown = BenchServer.Text(i);
        return (markdown, CommentBody.Render(markdown).Value!.Value);
    })];
}
