using Embed.Server.Hosting;

namespace Embed.UnitTests;

/// <summary>What of a command line is a command, its arguments, and configuration.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--Embed:Database=data/x.db")]
    [InlineData("--urls http://localhost:5000 backup")]
    [InlineData("/Embed:Database data/x.db")]
    [InlineData("Embed:Database=data/x.db")]
    public void Without_a_command_in_front_all_of_it_is_configuration(string line)
    {
        var parsed = Parse(line);

        Assert.Null(parsed.Command);
        Assert.Equal(Words(line), parsed.Settings);
    }

    [Theory]
    [InlineData("backup", "backup", "", "")]
    [InlineData("backup /mnt/usb --Embed:Database=x.db", "backup", "/mnt/usb", "--Embed:Database=x.db")]
    [InlineData("restore --Embed:Database x.db /mnt/usb/a.db", "restore", "/mnt/usb/a.db", "--Embed:Database x.db")]
    [InlineData("restore /a=b.db --contentRoot /srv", "restore", "/a=b.db", "--contentRoot /srv")]
    [InlineData("restore --site blog", "restore", "--site blog", "")]
    [InlineData("--help", "--help", "", "")]
    [InlineData("-h", "--help", "", "")]
    [InlineData("help", "--help", "", "")]
    [InlineData("bakcup --Embed:Database=x.db", "", "bakcup", "--Embed:Database=x.db")]
    public void Behind_a_command_keys_with_a_colon_are_configuration_and_the_rest_is_its_own(string line, string command, string arguments, string settings)
    {
        var parsed = Parse(line);

        Assert.Equal(command, parsed.Command!.Name);
        Assert.Equal(Words(arguments), parsed.Arguments);
        Assert.Equal(Words(settings), parsed.Settings);
    }

    [Theory]
    [InlineData("--help", 0, "Backs the database up, also while a server runs, and tries the backup out.")]
    [InlineData("bakcup", Command.Misused, "There is no command bakcup.")]
    public async Task What_there_is_is_said_to_who_asks_and_to_who_is_wrong(string line, int code, string said)
    {
        var parsed = Parse(line);
        await using var output = new StringWriter();

        Assert.Equal(code, await parsed.Command!.Run(null!, parsed.Arguments, output, TestContext.Current.CancellationToken));
        Assert.Contains(said, output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  restore  Puts a backup in the place of the database", output.ToString(), StringComparison.Ordinal);
    }

    private static CommandLine Parse(string line) => CommandLine.Parse(Words(line));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
