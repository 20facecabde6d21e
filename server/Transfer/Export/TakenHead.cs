using System.Text.Json;
using Embed.Server.Commenters;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.Transfer.Formats;

namespace Embed.Server.Transfer.Export;

/// <summary>What stands before the lists of an export: what it is, which GitHub its accounts are of, and which ids are used up.</summary>
internal sealed class TakenHead(ExportModel model, GitHubProviders gitHubs)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<ExportTable, long> _lastIds = [];
    private readonly HashSet<string> _gitHubs = new(StringComparer.Ordinal);

    /// <summary>Takes a value of the head.</summary>
    /// <returns>Whether it is one.</returns>
    public bool Take(ExportRow row)
    {
        if (row.Value is not { } value || row.Number > 0)
        {
            return false;
        }

        switch (row.Part)
        {
            case "format":
                CheckFormat(value);
                break;
            case "version":
                CheckVersion(value);
                break;
            case "site":
                if (value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && Site.IsKey(value.GetString())))
                {
                    throw new ImportFileException("The file’s site is neither null nor a site’s key: it is no export, or was changed.");
                }

                break;
            case "gitHub":
                ReadGitHub(value);
                break;
            case "lastIds":
                ReadLastIds(value);
                break;
            default:
                return false;
        }

        _taken.Add(row.Part);
        return true;
    }

    /// <summary>Looks whether all of it is there.</summary>
    public void CheckComplete()
    {
        foreach (var name in (ReadOnlySpan<string>)["format", "version", "site", "gitHub", "lastIds"])
        {
            if (!_taken.Contains(name))
            {
                throw new ImportFileException($"The file does not say its {name} before its lists: it is no export of this server.");
            }
        }
    }

    /// <summary>Looks whether it is said of all accounts at a GitHub which one that is.</summary>
    public async Task CheckAccountsAsync(Statements statements)
    {
        foreach (var provider in gitHubs.Names.Where(name => !_gitHubs.Contains(name)))
        {
            if (await statements.NumberAsync("""SELECT EXISTS (SELECT 1 FROM "Accounts" WHERE "Provider" = @0)""", provider) != 0)
            {
                throw new ImportFileException(
                    $"The file does not say which GitHub its accounts of {provider} are of: it was made without Embed:SignIn:{provider} in the settings. "
                    + "Make it anew with that setting, as it was when people signed in there.");
            }
        }
    }

    /// <summary>Has the database give no id again that was given already, and gone since: the log may remember what had it.</summary>
    public async Task WriteAsync(Statements statements)
    {
        foreach (var (table, last) in _lastIds)
        {
            await statements.ExecuteAsync("DELETE FROM sqlite_sequence WHERE name = @0", table.Table);
            var largest = await statements.NumberAsync($"SELECT COALESCE(MAX(\"Id\"), 0) FROM \"{table.Table}\"");
            if (last < largest)
            {
                throw new ImportFileException($"The file says that {last} is the last id of its {table.Name}, and has {largest}: it was changed.");
            }

            if (last > 0)
            {
                await statements.ExecuteAsync("INSERT INTO sqlite_sequence (name, seq) VALUES (@0, @1)", table.Table, last);
            }
        }
    }

    private static void CheckFormat(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || !value.ValueEquals(ExportModel.Format))
        {
            throw new ImportFileException("The file is no export of this server: its format is another.");
        }
    }

    /// <exception cref="ImportFileException">The file is of a version that this server does not read.</exception>
    public static void CheckVersion(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var version) || version != ExportModel.Version)
        {
            throw new ImportFileException(
                $"The file is an export of version {TakenRows.Quote(value.GetRawText())}, and this server reads version {ExportModel.Version}. "
                + "What a newer server made needs a newer server here. What an older one made is taken over by an empty server like that, which is then updated.");
        }
    }

    // With the numbers of another GitHub people would be taken for somebody else.
    private void ReadGitHub(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new ImportFileException("The file does not say in gitHub which GitHub its accounts are of: it is no export, or was changed.");
        }

        foreach (var provider in value.EnumerateObject())
        {
            var (here, there) = (gitHubs.HostOf(provider.Name), provider.Value.ValueKind == JsonValueKind.String ? provider.Value.GetString() : null);
            if (here is null || !string.Equals(here, there, StringComparison.OrdinalIgnoreCase))
            {
                var name = TakenRows.Quote(provider.Name);
                var known = here is null ? "is no GitHub that people sign in with" : $"is {here}";
                throw new ImportFileException(
                    $"The file’s accounts of {name} are of the GitHub at {TakenRows.Quote(there ?? "")}. On this server {name} {known}: "
                    + "set Embed:SignIn here as it was on the server that made the file, then take it over.");
            }

            _gitHubs.Add(provider.Name);
        }
    }

    private void ReadLastIds(JsonElement value)
    {
        foreach (var table in model.Tables.Where(table => table.IsNumbered))
        {
            _lastIds[table] = value.ValueKind == JsonValueKind.Object && value.TryGetProperty(table.Name, out var last)
                && last.ValueKind == JsonValueKind.Number && last.TryGetInt64(out var id) && id is >= 0 and <= ExportLimits.MaxId
                ? id
                : throw new ImportFileException($"The file does not say the last id of its {table.Name} in lastIds: it is no export, or was changed.");
        }
    }
}
