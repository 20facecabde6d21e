using Embed.Server.Hosting;

var line = CommandLine.Parse(args);
var builder = WebApplication.CreateBuilder(line.Settings);
builder.AddEmbed();

var app = builder.Build();
if (line.Command is { } command)
{
    await using (app)
    {
        return await command.RunAsync(app.Services, line.Arguments);
    }
}

app.UseEmbed();
await app.RunAsync();
return 0;
