using Embed.AspNetCoreBlog;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOptions<CommentsOptions>().BindConfiguration("Comments");
builder.Services.AddMemoryCache();
// A page does not wait long for its comments: without them it is still a page.
builder.Services.AddHttpClient<Comments>(client => client.Timeout = TimeSpan.FromSeconds(1));
var app = builder.Build();

app.MapGet("/rye", async (HttpContext http, Comments comments) =>
{
    var html = $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Rye, slowly</title></head>
        <body>
        <h1>Rye, slowly</h1>
        <p>Two days, three ingredients, and most of the work is waiting.</p>
        {await comments.OfAsync(comments.PageOf(http.Request), "en", http.RequestAborted)}
        {comments.Script}
        </body>
        </html>
        """;
    return Results.Content(html, "text/html; charset=utf-8");
});
app.MapGet("/favicon.ico", () => Results.NoContent());
app.Run();
