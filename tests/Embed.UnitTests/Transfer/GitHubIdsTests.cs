using Embed.Server.Transfer.Formats;

namespace Embed.UnitTests.Transfer;

/// <summary>GitHub's numbers, out of what it writes instead.</summary>
public sealed class GitHubIdsTests
{
    [Theory]
    [InlineData("MDQ6VXNlcjU4MzIzMQ==", 583231L)]
    [InlineData("MDQ6VXNlcjU4MzIzMQ", 583231L)]
    [InlineData("MDQ6VXNlcjE=", 1L)]
    [InlineData("U_kgDOAAjmPw", 583231L)]
    [InlineData("U_kgAB", 1L)]
    [InlineData("U_kgDMyA", 200L)]
    [InlineData("U_kgDNAwk", 777L)]
    [InlineData("U_kgDPAAAAAQAAAAA", 4294967296L)]
    [InlineData("U_kgDOAAjmPw==", 583231L)]
    [InlineData("BOT_kgDOAAjmPw", null)]
    [InlineData("O_kgDOAAjmPw", null)]
    [InlineData("MDEyOk9yZ2FuaXphdGlvbjE=", null)]
    [InlineData("U_kgDOAAjm", null)]
    [InlineData("U_kgDO", null)]
    [InlineData("U_", null)]
    [InlineData("U_!!!!", null)]
    [InlineData("U_kgAA", null)]
    [InlineData("octocat", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_users_node_id_has_the_number_in_it(string? id, long? number) => Assert.Equal(number, GitHubIds.OfUser(id));

    [Theory]
    [InlineData("DC_kwDOL4aMSs6Tkzl8", 2475899260L)]
    [InlineData("MDE3OkRpc2N1c3Npb25Db21tZW50MTIz", 123L)]
    [InlineData("discussioncomment-123", null)]
    public void So_has_any_other(string id, long? number) => Assert.Equal(number, GitHubIds.Of(id));

    [Theory]
    [InlineData("https://avatars.githubusercontent.com/u/583231?v=4", 583231L)]
    [InlineData("https://avatars2.githubusercontent.com/u/583231", 583231L)]
    [InlineData("https://avatars.githubusercontent.com/in/583231?v=4", null)]
    [InlineData("https://avatars.githubusercontent.com.evil.example/u/583231", null)]
    [InlineData("http://evil.example/https://avatars.githubusercontent.com/u/583231", null)]
    [InlineData(null, null)]
    public void So_has_a_pictures_address(string? address, long? number) => Assert.Equal(number, GitHubIds.OfPicture(address));

    [Theory]
    [InlineData("https://github.com/octo-cat", "octo-cat")]
    [InlineData("https://github.com/octo-cat/", "octo-cat")]
    [InlineData("https://github.com/octo-cat/repository", null)]
    [InlineData("https://evil.example/octo-cat", null)]
    [InlineData(null, null)]
    public void A_profiles_address_has_the_login_name_in_it(string? address, string? login) => Assert.Equal(login, GitHubIds.LoginOf(address));
}
