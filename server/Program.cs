using Embed.Server.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddEmbed();

var app = builder.Build();
app.UseEmbed();
await app.RunAsync();
