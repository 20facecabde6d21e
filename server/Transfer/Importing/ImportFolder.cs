using System.Globalization;
using Embed.Server.Data;

namespace Embed.Server.Transfer.Importing;

/// <summary>The files of imports, <c>imports/&lt;id&gt;/</c> beside the database.</summary>
internal sealed class ImportFolders(DataFolder data)
{
    private const string UploadPrefix = "upload-";

    private string Root => Path.Combine(Path.GetDirectoryName(data.Database)!, "imports");

    /// <summary>The folder of an import.</summary>
    public ImportFolder Of(long importId) => new(Path.Combine(Root, importId.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A folder for a file whose import has no number yet.</summary>
    public ImportFolder New() => new(Path.Combine(Root, $"{UploadPrefix}{Guid.NewGuid():N}"));

    /// <summary>The imports that have a folder.</summary>
    public IReadOnlyList<long> Numbers() => Names()
        .Select(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (long?)null).OfType<long>().ToList();

    /// <summary>How many imports have their file here.</summary>
    public int CountUploads() => Numbers().Count(id => File.Exists(Of(id).Upload));

    /// <summary>Folders of files whose imports have no number yet.</summary>
    public IReadOnlyList<ImportFolder> Uploads() =>
        [.. Names().Where(name => name.StartsWith(UploadPrefix, StringComparison.Ordinal)).Select(name => new ImportFolder(Path.Combine(Root, name)))];

    private IEnumerable<string> Names() => Directory.Exists(Root) ? Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)) : [];
}

/// <summary>The files of one import.</summary>
/// <param name="Path">Where.</param>
internal sealed record ImportFolder(string Path)
{
    /// <summary>What was sent. Goes when the import is done or thrown away, or nobody has let it go on for long (<see cref="ImportUpkeep"/>).</summary>
    public string Upload => System.IO.Path.Combine(Path, "upload");

    /// <summary>What was read of it, and in which order it is written. Goes with the upload.</summary>
    public string Stage => System.IO.Path.Combine(Path, "staged.db");

    /// <summary>What became of each row. Stays as long as the import is listed, and names nobody.</summary>
    public string Report => System.IO.Path.Combine(Path, "report.db");

    /// <summary>Whether what was sent, or what was read of it, is here.</summary>
    public bool HasSources => File.Exists(Upload) || File.Exists(Stage);

    public void Make() => DataFolder.Make(Path);

    /// <summary>Forgets what was read: it has private details, which must not outlive their purpose.</summary>
    public void RemoveSources()
    {
        if (Directory.Exists(Path))
        {
            File.Delete(Upload);
            File.Delete(Stage);
        }
    }

    /// <summary>Removes all of it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
