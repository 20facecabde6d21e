using System.Globalization;

namespace Embed.Demo;

/// <summary>Makes the web applications of the demo.</summary>
internal static class DemoHost
{
    /// <summary>An empty application at the address, quiet unless something is wrong.</summary>
    public static WebApplication Build(Uri address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // An address in use is said in one sentence by Program.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.UseUrls(address.ToString());
        return builder.Build();
    }

    /// <summary>
    /// The server with nothing but configuration: a site for the blog, and GitHub exactly as one configures a GitHub
    /// Enterprise Server.
    /// </summary>
    public static WebApplicationBuilder ServerBuilder(DemoAddresses addresses, StandInClient client, StandInMailbox mailbox, string dataFolder)
    {
        var builder = WebApplication.CreateBuilder();
        var moderator = string.Create(CultureInfo.InvariantCulture, $"GitHub:{StandInAccount.Predefined[0].Id}");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Embed"] = "Information",
            ["Embed:Backup:IntervalHours"] = "0",
            ["Embed:Database"] = Path.Combine(dataFolder, "demo.db"),
            ["Embed:SignIn:GitHub:ClientId"] = client.Id,
            ["Embed:SignIn:GitHub:ClientSecret"] = client.Secret,
            ["Embed:SignIn:GitHub:Issuer"] = addresses.GitHub.ToString(),
            ["Embed:Administrators:0"] = moderator,
            ["Embed:Sites:0:Key"] = "demo",
            ["Embed:Sites:0:Name"] = "Notes from the Walnut Tree",
            ["Embed:Sites:0:Origins:0"] = addresses.Blog.GetLeftPart(UriPartial.Authority),
            ["Embed:Sites:0:Moderators:0"] = moderator,
            ["Embed:Sites:0:AllowsGuests"] = "true",
            ["Embed:Sites:0:AllowsMail"] = "true",
        });
        builder.Configuration.AddInMemoryCollection(mailbox.Settings);
        builder.WebHost.UseUrls(addresses.Server.ToString());
        return builder;
    }

    /// <summary>The folder <c>data</c> at the repository's root, or below the current folder if there is no repository.</summary>
    public static string DataFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Embed.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? Directory.GetCurrentDirectory(), "data");
    }
}
