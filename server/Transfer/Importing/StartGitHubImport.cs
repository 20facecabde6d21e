using System.IO.Pipelines;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Importing;

/// <summary>
/// Fetches the comments of Giscus or Utterances from GitHub, and takes them in as if they had come in a file. The token goes to the
/// API and nowhere else.
/// </summary>
/// <param name="handler">Carries the requests to the API; ours from now on.</param>
/// <param name="own">An API that may be asked wherever it is; null for none.</param>
internal sealed class StartGitHubImport(ImportAccess access, StartImport start, HttpMessageHandler handler, TimeProvider clock, Uri? own = null) : IDisposable
{
    private readonly GitHubDownload _download = new(handler, clock);

    /// <summary>What is asked for.</summary>
    /// <param name="SiteKey">Into which site.</param>
    /// <param name="IsGiscus">Whether it is Giscus; Utterances otherwise.</param>
    /// <param name="Repository">The repository, <c>owner/name</c>.</param>
    /// <param name="Api">The API's address; empty for GitHub's own.</param>
    /// <param name="Part">The category or label; empty for all.</param>
    /// <param name="Token">The token.</param>
    /// <param name="Options">What was chosen.</param>
    public sealed record Request(string SiteKey, bool IsGiscus, string Repository, string Api, string Part, string Token, ImportOptions Options);

    /// <summary>What came of it: one of the two.</summary>
    /// <param name="ImportId">The import.</param>
    /// <param name="Fault">Why nothing could be had, for people.</param>
    public sealed record Result(long? ImportId, string? Fault = null);

    /// <summary>Fetches all of it, and has it read.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="via">By what way.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Is told how many discussions or issues have come.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept then.</param>
    /// <returns>What came of it; refused: as <see cref="StartImport"/>.</returns>
    public async Task<Outcome<Result>> HandleAsync(
        Commenter actor, ActedVia via, Request request, IProgress<int> progress, CancellationToken cancellationToken)
    {
        // Before the token is sent anywhere.
        if (!await access.MayAsync(actor, cancellationToken))
        {
            return Refusal.NotAllowed;
        }

        try
        {
            return await HandleAsync(actor, via, request, GitHubSource.Parse(request.Repository, request.Api, own), progress, cancellationToken);
        }
        catch (ImportFileException fault)
        {
            return new Result(null, fault.Message);
        }
    }

    public void Dispose() => handler.Dispose();

    private async Task<Outcome<Result>> HandleAsync(
        Commenter actor, ActedVia via, Request request, GitHubSource source, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var format = request.IsGiscus ? new GiscusJson().Name : new UtterancesJson().Name;
        var file = new StartImport.Request(request.SiteKey, format, $"{source.Owner}-{source.Repository}.json", request.Options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe();
        var fetching = FetchAsync(source, request, pipe.Writer, progress, stop.Token);
        try
        {
            await using var stream = pipe.Reader.AsStream();
            var started = await start.HandleAsync(actor, via, file, stream, cancellationToken);
            return started.Refusal is { } refusal ? refusal : new Result(started.Value);
        }
        finally
        {
            await stop.CancelAsync();
            await fetching;
        }
    }

    // What goes wrong is told by the pipe's other end.
    private async Task FetchAsync(GitHubSource source, Request request, PipeWriter to, IProgress<int> progress, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = to.AsStream(leaveOpen: true);
            await (request.IsGiscus
                ? _download.DiscussionsAsync(source, request.Part, request.Token, stream, progress, cancellationToken)
                : _download.IssuesAsync(source, request.Part, request.Token, stream, progress, cancellationToken));
            await to.CompleteAsync();
        }
        catch (Exception fault)
        {
            await to.CompleteAsync(fault);
        }
    }
}
