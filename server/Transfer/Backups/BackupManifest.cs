using System.Text.Json;
using Embed.Server.Data;

namespace Embed.Server.Transfer.Backups;

/// <summary>What is known of a backup; stands beside it, in JSON.</summary>
/// <param name="MadeAt">The moment whose content it has.</param>
/// <param name="ProvedAt">When it was restored into a scratch copy, checked and counted.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="Schema">Its last migration.</param>
/// <param name="Comments">Comments in it, in every state.</param>
/// <param name="Threads">Threads in it.</param>
/// <param name="People">Commenters in it.</param>
/// <param name="FirstSiteAt">When the first of its sites was made, by which backups of several servers are told apart; null for no site.</param>
internal sealed record BackupManifest(
    DateTimeOffset MadeAt, DateTimeOffset ProvedAt, long Bytes, string Sha256, string Schema, long Comments, long Threads, long People,
    DateTimeOffset? FirstSiteAt)
{
    // A file of ours has 300 bytes.
    private const int MaxBytes = 10_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads one.</summary>
    /// <returns>The manifest; null if there is none, or none that is one.</returns>
    public static BackupManifest? TryRead(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= MaxBytes ? JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), Json) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(string path) => OwnersFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));
}
