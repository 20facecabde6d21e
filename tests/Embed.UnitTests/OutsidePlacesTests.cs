using Embed.Server.PreModeration;

namespace Embed.UnitTests;

/// <summary>A site whose service is slow takes no places of others.</summary>
public sealed class OutsidePlacesTests
{
    [Fact]
    public void A_site_takes_its_own_places_and_no_more()
    {
        var places = new OutsidePlaces(ofOneSite: 2, inAll: 3);

        Assert.Equal([true, true, false], new[] { places.TryTake(1), places.TryTake(1), places.TryTake(1) });
        Assert.True(places.TryTake(2));
    }

    [Fact]
    public void All_together_have_a_limit_too_and_what_is_given_back_is_free()
    {
        var places = new OutsidePlaces(ofOneSite: 2, inAll: 3);
        Assert.True(places.TryTake(1) && places.TryTake(2) && places.TryTake(3));
        Assert.False(places.TryTake(4));

        places.GiveBack(2);

        Assert.True(places.TryTake(4));
        Assert.False(places.TryTake(2));
    }
}
