namespace Embed.Server.Transfer.Importing;

/// <summary>The schema of an import's working file: what was read of the source, then what is to be written and in which order.</summary>
internal static class Stage
{
    /// <summary>
    /// What a working file that is whole has for its <c>user_version</c>. It steps with every change of <see cref="Schema"/>: the file of an
    /// import that waited while the server was updated is made anew, instead of being read as what it is not.
    /// </summary>
    public const int Version = 2;

    /// <summary>
    /// Texts are apart, so that what looks at all comments reads none of them. <c>plan</c> has a row for each comment that has a place
    /// here: <c>p</c> is its turn to be written, null for what is here already. A target is what was made of the row, and
    /// <c>target_p</c> the turn in which: what was written after the last turn that the database knows of never was. <c>ranks</c> says
    /// which of several comments with the same id came under it before, <c>found</c> are comments that are here and of which the source
    /// says something else, <c>pins</c> those that may be pinned, the first first. <c>notes</c> is what the report says of comments
    /// besides, <c>healed</c> what tombstones are known by here that comments take the place of, <c>follows</c> what becomes of threads
    /// and people that are here, in turns after all comments, <c>planned_at</c> which imports there were,
    /// <c>sites</c> those that an export of our own is of, and <c>themselves</c> comments that such a file of this very site has.
    /// </summary>
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS threads (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, place TEXT NOT NULL, address TEXT, explicit_id TEXT,
          title TEXT, closed INTEGER NOT NULL, created INTEGER, host TEXT, site_place INTEGER, why TEXT);
        CREATE TABLE IF NOT EXISTS people (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, place TEXT NOT NULL, name TEXT NOT NULL,
          github INTEGER, github_provider TEXT, login TEXT, login_hash TEXT, mailbox TEXT, website TEXT, email TEXT);
        CREATE TABLE IF NOT EXISTS comments (n INTEGER PRIMARY KEY, id TEXT NOT NULL, key TEXT NOT NULL, thread TEXT NOT NULL, parent TEXT, person TEXT,
          place TEXT NOT NULL, state INTEGER NOT NULL, posted INTEGER, edited INTEGER, up INTEGER NOT NULL, down INTEGER NOT NULL,
          pinned INTEGER NOT NULL, network TEXT, hash INTEGER NOT NULL, is_empty INTEGER NOT NULL, repairs TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS texts (n INTEGER PRIMARY KEY, body TEXT NOT NULL, html TEXT NOT NULL, hash INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS skipped (n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, place TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL,
          id TEXT);
        CREATE TABLE IF NOT EXISTS places (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, address TEXT NOT NULL, title TEXT NOT NULL,
          closed INTEGER NOT NULL, created INTEGER, target INTEGER, target_p INTEGER, is_own INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS duplicates (n INTEGER PRIMARY KEY, copy INTEGER NOT NULL, key TEXT);
        CREATE TABLE IF NOT EXISTS ranks (key TEXT NOT NULL, hash INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (key, hash)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS lost (n INTEGER PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS made (n INTEGER PRIMARY KEY, key TEXT NOT NULL, parent TEXT NOT NULL, place INTEGER NOT NULL, posted INTEGER);
        CREATE TABLE IF NOT EXISTS plan (n INTEGER PRIMARY KEY, p INTEGER, parent INTEGER, place INTEGER NOT NULL, key TEXT NOT NULL,
          posted INTEGER NOT NULL, is_update INTEGER NOT NULL, target INTEGER, target_p INTEGER);
        CREATE TABLE IF NOT EXISTS healable (k INTEGER PRIMARY KEY, n INTEGER NOT NULL, reply INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS found (n INTEGER PRIMARY KEY, target INTEGER NOT NULL, hash INTEGER NOT NULL, person INTEGER, is_done INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS pins (k INTEGER PRIMARY KEY, n INTEGER NOT NULL, place INTEGER NOT NULL, target INTEGER);
        CREATE TABLE IF NOT EXISTS notes (n INTEGER PRIMARY KEY, note TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS healed (n INTEGER PRIMARY KEY, key TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS follows (n INTEGER PRIMARY KEY, p INTEGER, kind INTEGER NOT NULL, source INTEGER NOT NULL, target INTEGER NOT NULL,
          closes INTEGER, pin INTEGER, was_pin INTEGER);
        CREATE TABLE IF NOT EXISTS thread_notes (place INTEGER PRIMARY KEY, is_update INTEGER NOT NULL, note TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS sites (n INTEGER PRIMARY KEY, id INTEGER NOT NULL, key TEXT NOT NULL, created INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS themselves (n INTEGER PRIMARY KEY, target INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS planned_at (stamp TEXT NOT NULL);
        """;
}
