namespace Embed.Server.PreModeration;

/// <summary>
/// How many questions may be under way at once, for each site and in all: a slow service takes the places of its own site, not those
/// of the others.
/// </summary>
/// <param name="ofOneSite">Most of one site.</param>
/// <param name="inAll">Most in all.</param>
internal sealed class OutsidePlaces(int ofOneSite, int inAll)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<long, int> _taken = [];
    private int _all;

    /// <summary>Takes a place, if one is free; it must be given back.</summary>
    public bool TryTake(long siteId)
    {
        lock (_changing)
        {
            var taken = _taken.GetValueOrDefault(siteId);
            if (taken >= ofOneSite || _all >= inAll)
            {
                return false;
            }

            _taken[siteId] = taken + 1;
            _all++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void GiveBack(long siteId)
    {
        lock (_changing)
        {
            _all--;
            if (--_taken[siteId] == 0)
            {
                _taken.Remove(siteId);
            }
        }
    }
}
