using System.Globalization;
using Embed.Server.Data;
using Microsoft.Extensions.Options;

namespace Embed.Server.Transfer.Importing;

/// <summary>The files of imports, <c>imports/&lt;id&gt;/</c> beside the database.</summary>
internal sealed class ImportFolders(DataFolder data, IOptions<EmbedOptions> options)
{
    private string Root => Path.Combine(Path.GetDirectoryName(data.Resolve(options.Value.Database))!, "imports");

    /// <summary>The folder of an import.</summary>
    public ImportFolder Of(long importId) => new(Path.Combine(Root, importId.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A folder for a file whose import has no number yet.</summary>
    public ImportFolder New() => new(Path.Combine(Root, $"upload-{Guid.NewGuid():N}"));

    /// <summary>Removes uploads that no import came of: whoever sent them went away, or the server did.</summary>
    public void RemoveStrays()
    {
        if (Directory.Exists(Root))
        {
            foreach (var stray in Directory.GetDirectories(Root, "upload-*"))
            {
                Directory.Delete(stray, recursive: true);
            }
        }
    }
}

/// <summary>The files of one import.</summary>
/// <param name="Path">Where.</param>
internal sealed record ImportFolder(string Path)
{
    /// <summary>What was sent.</summary>
    public string Upload => System.IO.Path.Combine(Path, "upload");

    /// <summary>What was read of it, and in which order it is written. Goes with the upload, when the import is done.</summary>
    public string Stage => System.IO.Path.Combine(Path, "staged.db");

    /// <summary>What became of each row. Stays, and names nobody.</summary>
    public string Report => System.IO.Path.Combine(Path, "report.db");

    public void Make() => DataFolder.Make(Path);

    /// <summary>Forgets what was read: it has private details, which must not outlive their purpose.</summary>
    public void RemoveSources()
    {
        File.Delete(Upload);
        File.Delete(Stage);
    }
}
