using System.Globalization;

#pragma warning disable RS0030 // Random: the data must be the same each time, and nothing in it is secret.

namespace Embed.Benchmarks;

/// <summary>
/// A file as Disqus exports it, of any length: a thread for each hundred comments, 20,000 people, two of five comments replies, HTML of
/// some 300 characters. As on a blog, nine of ten comments are written at one of the newest posts; or, scattered, at any of all times.
/// </summary>
internal static class DisqusFile
{
    private const int People = 20_000;
    private const int OfThread = 100;
    private const int NewestPosts = 30;

    private static readonly DateTimeOffset Begin = new(2012, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Words =
        [.. Enumerable.Range(0, 4_000).Select(i => string.Concat(Enumerable.Range(0, 2 + (i % 3)).Select(k => Syllables[((i * 7) + (k * (i / 20))) % Syllables.Length])))];

    private static string[] Syllables => ["ba", "den", "ko", "ri", "sul", "ta", "men", "o", "vi", "fra", "ge", "lun", "pi", "za", "ho", "ter", "qua", "nis", "el", "dro"];

    /// <summary>Writes it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="count">How many comments.</param>
    /// <param name="isScattered">Whether each comment is at any post whatever.</param>
    public static async Task WriteAsync(string path, int count, bool isScattered)
    {
        var random = new Random(20260101);
        var threads = Math.Max(1, count / OfThread);
        await using var file = new StreamWriter(path);
        await file.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<disqus xmlns=\"http://disqus.com\" xmlns:dsq=\"http://disqus.com/disqus-internals\">\n");
        for (var i = 0; i < threads; i++)
        {
            await file.WriteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"<thread dsq:id=\"{i}\"><id/><forum>f</forum><link>{BigDatabase.PageOf(i)}</link><title>Post {i}</title><createdAt>{Begin:yyyy-MM-ddTHH:mm:ssZ}</createdAt><isClosed>false</isClosed><isDeleted>false</isDeleted></thread>\n"));
        }

        var last = new int[threads];
        for (var i = 1; i <= count; i++)
        {
            var newest = (int)((long)i * threads / (count + 1));
            var thread = isScattered ? random.Next(threads) : random.Next(10) == 0 ? random.Next(newest + 1) : Math.Max(0, newest - random.Next(NewestPosts));
            var parent = last[thread] > 0 && random.Next(5) < 2 ? string.Create(CultureInfo.InvariantCulture, $"<parent dsq:id=\"{last[thread]}\"/>") : "";
            var person = random.Next(People);
            await file.WriteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"<post dsq:id=\"{i}\"><message><![CDATA[<p>{Text(random, 30)}, <b>{Text(random, 3)}</b>.</p><p>See <a href=\"https://example.com/{i}\" rel=\"nofollow\">this</a>.</p>]]></message><createdAt>{Begin.AddMinutes(i):yyyy-MM-ddTHH:mm:ssZ}</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>Person {person}</name><isAnonymous>false</isAnonymous><username>p{person}</username></author><ipAddress>192.0.2.1</ipAddress><thread dsq:id=\"{thread}\"/>{parent}</post>\n"));
            last[thread] = i;
        }

        await file.WriteAsync("</disqus>\n");
    }

    private static string Text(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));
}
