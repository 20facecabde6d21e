using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Embed.Demo;

/// <summary>
/// A mail server on loopback that keeps what it is sent for whoever looks: an SMTP server to those who send, a page to people.
/// </summary>
internal sealed class StandInMailbox : MessageStore, IAsyncDisposable
{
    private const int MostKept = 50;

    private readonly ConcurrentQueue<MimeMessage> _kept = new();
    private readonly Channel<MimeMessage> _arriving = Channel.CreateUnbounded<MimeMessage>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private StandInMailbox(int port)
    {
        Port = port;
        var options = new SmtpServerOptionsBuilder().ServerName("localhost")
            .Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, port)).AllowUnsecureAuthentication()).Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add(this);
        // Whoever wants to say a user and a password may; any will do.
        services.Add(new DelegatingUserAuthenticator((_, _) => true));
        _running = new SmtpServer.SmtpServer(options, services).StartAsync(_stopping.Token);
    }

    /// <summary>Where it takes mail, on 127.0.0.1, without encryption.</summary>
    public int Port { get; }

    /// <summary>The settings that make a server use it.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Embed:Mail:Host"] = "127.0.0.1",
        ["Embed:Mail:Port"] = Port.ToString(CultureInfo.InvariantCulture),
        ["Embed:Mail:Security"] = "None",
        ["Embed:Mail:From"] = "comments@comments.example",
        ["Embed:Mail:DisplayName"] = "Comments",
    };

    /// <summary>What is kept, the latest first.</summary>
    public IEnumerable<MimeMessage> Kept => _kept.Reverse();

    /// <summary>Starts it on a free port.</summary>
    public static StandInMailbox Start() => new(FreePort.Find());

    /// <summary>Adds the page that shows what is kept.</summary>
    public void Map(WebApplication app) => app.MapGet("/", () => Results.Content(StandInPages.Mailbox(Kept), "text/html; charset=utf-8"));

    /// <summary>The next mail that arrives.</summary>
    public ValueTask<MimeMessage> NextAsync(CancellationToken cancellationToken) => _arriving.Reader.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream(buffer.ToArray());
        var message = await MimeMessage.LoadAsync(bytes, cancellationToken);
        _kept.Enqueue(message);
        while (_kept.Count > MostKept && _kept.TryDequeue(out _))
        {
        }

        await _arriving.Writer.WriteAsync(message, cancellationToken);
        return SmtpResponse.Ok;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }
}
