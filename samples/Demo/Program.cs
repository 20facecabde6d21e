using Embed.Demo;
using Embed.Server.Hosting;
using Microsoft.AspNetCore.Connections;

// The whole product on one machine: the real server, configured as any customer configures it, a blog on another site and
// stand-ins for GitHub and for a mail server. They talk over HTTP and SMTP only.
var settings = new ConfigurationBuilder().AddEnvironmentVariables("EMBED_DEMO_").AddCommandLine(args).Build();
var addresses = DemoAddresses.From(settings);
var dataFolder = settings["data"] ?? DemoHost.DataFolder();
var client = new StandInClient("embed-demo", "embed-demo-secret", new Uri(addresses.Server, "/signin/callback/"));

await using var github = DemoHost.Build(addresses.GitHub);
new StandInGitHub(client).Map(github);

await using var mailbox = StandInMailbox.Start();
await using var mailboxPage = DemoHost.Build(addresses.Mailbox);
mailbox.Map(mailboxPage);

await using var blog = DemoHost.Build(addresses.Blog);
Blog.Map(blog, Path.Combine(AppContext.BaseDirectory, "blog"), addresses.Server);

var builder = DemoHost.ServerBuilder(addresses, client, mailbox, dataFolder);
builder.AddEmbed();
await using var server = builder.Build();
server.UseEmbed();

try
{
    await github.StartAsync();
    await mailboxPage.StartAsync();
    await blog.StartAsync();
    await server.StartAsync();
}
catch (IOException fault) when (fault.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{fault.Message} Stop what uses it, or choose others with --server, --blog, --github and --mailbox.");
    return 1;
}

try
{
    await new Seed(addresses).RunAsync(server.Lifetime.ApplicationStopping);
}
catch (HttpRequestException fault)
{
    await Console.Error.WriteLineAsync(
        $"The threads could not be filled ({fault.Message}). If the addresses have changed since the last start, the database still has the old ones: remove {dataFolder} or name another folder with --data.");
}

Console.WriteLine($"""

    Blog             {addresses.Blog}
    Comment server   {addresses.Server}
    Stand-in GitHub  {addresses.GitHub}
    Stand-in mailbox {addresses.Mailbox}

    Open the blog, read a thread, sign in with any account, by mail or with a name alone, and reply. Marta Keller moderates. Ctrl+C stops everything.

    """);
await server.WaitForShutdownAsync();
return 0;
