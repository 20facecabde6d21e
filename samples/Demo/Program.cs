using Embed.Demo;
using Embed.Server.Hosting;

// The whole product on one machine: the real server, configured as any customer configures it, a blog on another site and a
// stand-in for GitHub. The three talk over HTTP only.
var settings = new ConfigurationBuilder().AddEnvironmentVariables("EMBED_DEMO_").AddCommandLine(args).Build();
var addresses = DemoAddresses.From(settings);
var client = new StandInClient("embed-demo", "embed-demo-secret", new Uri(addresses.Server, "/signin/callback/"));

await using var github = DemoHost.Build(addresses.GitHub);
new StandInGitHub(client).Map(github);
await github.StartAsync();

await using var blog = DemoHost.Build(addresses.Blog);
Blog.Map(blog, Path.Combine(AppContext.BaseDirectory, "blog"), addresses.Server);
await blog.StartAsync();

var builder = DemoHost.ServerBuilder(addresses, client, settings["data"] ?? DemoHost.DataFolder());
builder.AddEmbed();
await using var server = builder.Build();
server.UseEmbed();
await server.StartAsync();
await new Seed(addresses).RunAsync(server.Lifetime.ApplicationStopping);

Console.WriteLine($"""

    Blog             {addresses.Blog}
    Comment server   {addresses.Server}
    Stand-in GitHub  {addresses.GitHub}

    Open the blog, read a thread, sign in with any account and reply. Marta Keller moderates. Ctrl+C stops everything.

    """);
await server.WaitForShutdownAsync();
