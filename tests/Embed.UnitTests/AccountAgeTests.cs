using System.Security.Claims;
using Embed.Server.Commenters;

namespace Embed.UnitTests;

/// <summary>When an account was made, as providers say it.</summary>
public sealed class AccountAgeTests
{
    [Theory]
    [InlineData("created_at", "2011-01-25T18:44:36Z", "2011-01-25T18:44:36")]
    [InlineData("created_at", "2011-01-25T20:44:36+02:00", "2011-01-25T18:44:36")]
    [InlineData("created_at", "2011-01-25", "2011-01-25T00:00:00")]
    [InlineData("created_utc", "1295981076.0", "2011-01-25T18:44:36")]
    [InlineData("created_at", "soon", null)]
    [InlineData("created_at", "", null)]
    [InlineData("created_at", "0001-01-01T00:00:00Z", null)]
    [InlineData("created_utc", "1e400", null)]
    [InlineData("created_utc", "99999999999999999999", null)]
    [InlineData("updated_at", "2011-01-25T18:44:36Z", null)]
    public void It_is_read_where_it_makes_sense(string claim, string said, string? expected)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new(claim, said)]));

        var account = ProvenAccount.Of("GitHub", principal, isLocal: false);

        Assert.Equal(expected, account!.MadeAt?.UtcDateTime.ToString("s"));
    }
}
