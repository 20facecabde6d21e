namespace Embed.Server.Transfer.Importing;

/// <summary>What was found out about a comment while its place was sought.</summary>
[Flags]
internal enum PlanMarks : ushort
{
    None = 0,

    /// <summary>It has no place here: its row is skipped whatever hangs from it.</summary>
    Skipped = 1,

    /// <summary>There is nothing to show of it: it stays only where something hangs from it.</summary>
    Droppable = 2,

    /// <summary>Nothing hangs from it either.</summary>
    Dropped = 4,

    /// <summary>Something that stays hangs from it.</summary>
    HasKept = 8,

    /// <summary>It was its own ancestor, and stands at top level now.</summary>
    CycleBroken = 16,

    /// <summary>Its time was made from what is around it.</summary>
    TimeMade = 32,

    /// <summary>A tombstone that stands for a parent elsewhere or nowhere.</summary>
    Made = 64,

    /// <summary>It is here already.</summary>
    Known = 128,

    /// <summary>Its parent is not in the file.</summary>
    ParentMissing = 256,

    /// <summary>Its parent is in the file, but in another thread.</summary>
    ParentElsewhere = 512,

    /// <summary>Another row has its id; it was given one of its own.</summary>
    Renamed = 1_024,

    /// <summary>It is here, and the source says something else of it now.</summary>
    Updated = 2_048,

    /// <summary>The source says something else now, but it was changed here, too.</summary>
    ChangedHere = 4_096,

    /// <summary>This import has made it already, or updated it where it is known, before it was planned anew.</summary>
    Written = 8_192,

    /// <summary>Its parent is in the file, and is skipped.</summary>
    ParentSkipped = 16_384,

    /// <summary>It is a tombstone here and gets its author with the update.</summary>
    GetsAuthor = 32_768,
}

/// <summary>
/// Finds the order in which comments are written: parents before their replies, otherwise by time. 14 bytes for each comment and 12
/// more while the order is sought, linear but for the sorting, and no recursion: what comes from outside may be a chain of millions,
/// or a ring.
/// </summary>
internal sealed class PlanTree
{
    private int[] _parents = [];
    private long[] _times = [];
    private PlanMarks[] _marks = [];

    /// <param name="count">How many comments there are.</param>
    public PlanTree(int count) => Grow(count);

    /// <summary>No parent.</summary>
    public const int Top = -1;

    /// <summary>A time that is not known.</summary>
    public const long Unknown = long.MinValue;

    public int Count => _parents.Length;

    /// <summary>The parent of each; <see cref="Top"/> for none. None that stays has one that is skipped.</summary>
    public Span<int> Parents => _parents;

    /// <summary>When each was written, in Unix milliseconds; <see cref="Unknown"/>.</summary>
    public Span<long> Times => _times;

    public Span<PlanMarks> Marks => _marks;

    /// <summary>Makes room for more comments, at top level and of unknown time.</summary>
    public void Grow(int more)
    {
        var before = Count;
        Array.Resize(ref _parents, before + more);
        Array.Resize(ref _times, before + more);
        Array.Resize(ref _marks, before + more);
        _parents.AsSpan(before).Fill(Top);
        _times.AsSpan(before).Fill(Unknown);
    }

    /// <summary>Whether a comment has one of the marks.</summary>
    public bool Has(int comment, PlanMarks marks) => (_marks[comment] & marks) != PlanMarks.None;

    /// <summary>Breaks rings, drops what nothing hangs from and nothing is to be seen of, and makes times where there are none.</summary>
    /// <param name="threadTime">When the thread of a comment began; null if unknown.</param>
    /// <param name="now">For a file without any time.</param>
    /// <returns>The comments that stay and are not here, in the order to write them.</returns>
    public int[] Arrange(Func<int, long?> threadTime, long now)
    {
        // One array for three numbers of each comment, one after the other.
        var numbers = new int[Count];
        BreakRings(walks: numbers);
        Array.Clear(numbers);
        var upwards = LeavesFirst(replies: numbers);
        MakeTimes(upwards, threadTime, now);
        return Ordered(upwards, depths: numbers);
    }

    /// <param name="walks">Zeros; on which walk each was passed first.</param>
    private void BreakRings(int[] walks)
    {
        for (var i = 0; i < Count; i++)
        {
            var at = i;
            while (at >= 0 && walks[at] == 0)
            {
                walks[at] = i + 1;
                at = _parents[at];
            }

            if (at >= 0 && walks[at] == i + 1)
            {
                var earliest = EarliestOfRing(at);
                _parents[earliest] = Top;
                _marks[earliest] |= PlanMarks.CycleBroken;
            }
        }
    }

    private int EarliestOfRing(int start)
    {
        var earliest = start;
        for (var at = _parents[start]; at != start; at = _parents[at])
        {
            var (time, least) = (_times[at], _times[earliest]);
            var isEarlier = time != Unknown && (least == Unknown || time < least);
            earliest = isEarlier || (time == least && at < earliest) ? at : earliest;
        }

        return earliest;
    }

    /// <summary>All that are not skipped, each behind everything that hangs from it.</summary>
    /// <param name="replies">Zeros, before and after; how many replies of each are not placed yet.</param>
    private int[] LeavesFirst(int[] replies)
    {
        var total = 0;
        for (var i = 0; i < Count; i++)
        {
            if (!Has(i, PlanMarks.Skipped))
            {
                total++;
                if (_parents[i] >= 0)
                {
                    replies[_parents[i]]++;
                }
            }
        }

        var (upwards, end) = (new int[total], 0);
        for (var i = 0; i < Count; i++)
        {
            if (replies[i] == 0 && !Has(i, PlanMarks.Skipped))
            {
                upwards[end++] = i;
            }
        }

        for (var begin = 0; begin < end; begin++)
        {
            var (at, parent) = (upwards[begin], _parents[upwards[begin]]);
            var isDropped = (_marks[at] & (PlanMarks.Droppable | PlanMarks.HasKept)) == PlanMarks.Droppable;
            _marks[at] |= isDropped ? PlanMarks.Dropped : PlanMarks.None;
            if (parent < 0)
            {
                continue;
            }

            _marks[parent] |= isDropped ? PlanMarks.None : PlanMarks.HasKept;
            if (--replies[parent] == 0)
            {
                upwards[end++] = parent;
            }
        }

        return upwards;
    }

    private void MakeTimes(int[] upwards, Func<int, long?> threadTime, long now)
    {
        // In the file's order: where nothing else tells, it was written after what stands before it.
        var before = now;
        for (var i = 0; i < Count; i++)
        {
            if (_times[i] != Unknown)
            {
                before = _times[i];
            }
            else if (_parents[i] < 0 && !Has(i, PlanMarks.Skipped))
            {
                _times[i] = threadTime(i) ?? before;
                _marks[i] |= PlanMarks.TimeMade;
            }
        }

        for (var i = upwards.Length - 1; i >= 0; i--)
        {
            var at = upwards[i];
            if (_times[at] == Unknown)
            {
                _times[at] = _times[_parents[at]];
                _marks[at] |= PlanMarks.TimeMade;
            }
        }
    }

    /// <param name="upwards">All that are not skipped, leaves first; becomes the order.</param>
    /// <param name="depths">Room for a number of each.</param>
    private int[] Ordered(int[] upwards, int[] depths)
    {
        // Nothing is sorted before its parent, whatever the clocks said: a reply counts as written no earlier. Whose clock counts for each:
        var clocks = new int[Count];
        for (var i = upwards.Length - 1; i >= 0; i--)
        {
            var (at, parent) = (upwards[i], _parents[upwards[i]]);
            clocks[at] = parent >= 0 && _times[clocks[parent]] > _times[at] ? clocks[parent] : at;
            depths[at] = parent >= 0 ? depths[parent] + 1 : 0;
        }

        var (order, kept) = (upwards, 0);
        for (var i = 0; i < Count; i++)
        {
            if (!Has(i, PlanMarks.Skipped | PlanMarks.Dropped | PlanMarks.Known | PlanMarks.Written))
            {
                order[kept++] = i;
            }
        }

        Array.Resize(ref order, kept);
        order.AsSpan().Sort((a, b) =>
        {
            // Of one moment in the file's order, parents first.
            var byTime = _times[clocks[a]].CompareTo(_times[clocks[b]]);
            return byTime != 0 ? byTime : depths[a] != depths[b] ? depths[a].CompareTo(depths[b]) : a.CompareTo(b);
        });
        return order;
    }
}
