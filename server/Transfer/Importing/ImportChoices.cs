using Embed.Server.Model;

namespace Embed.Server.Transfer.Importing;

/// <summary>What can be done about an import as it stands: asked by the handlers that do it, and by the pages that offer it.</summary>
internal sealed class ImportChoices(ImportFolders folders)
{
    /// <summary>Whether it can be stopped: it is under way, or waits for its turn.</summary>
    public static bool CanCancel(Import import) => import.State is ImportState.Reading or ImportState.Writing;

    /// <summary>Whether it can be taken back. What stayed once may go by now.</summary>
    public static bool CanUndo(Import import) => import.State switch
    {
        ImportState.Done => true,
        ImportState.Failed => IsWritten(import),
        ImportState.Undone => ImportCounts.Of(import).Kept > 0,
        _ => false,
    };

    /// <summary>Whether something of it is here.</summary>
    public static bool IsWritten(Import import) => import.Position > 0;

    /// <summary>Whether it can be written: it is planned, or was stopped on its way and has its working file.</summary>
    public bool CanGoOn(Import import) => import.State == ImportState.Planned
        || (import is { State: ImportState.Failed, Counts: not Import.NoCounts } && File.Exists(folders.Of(import.Id).Stage));

    /// <summary>Whether it can be planned otherwise: nothing is written, and its file is here.</summary>
    public bool CanPlanAgain(Import import) => import.State is ImportState.Planned or ImportState.Failed
        && !IsWritten(import) && File.Exists(folders.Of(import.Id).Upload);

    /// <summary>Whether it can be thrown away: it waits or has failed, and nothing of it is written, or its file is here to go on with.</summary>
    public bool CanThrowAway(Import import) => import.State is ImportState.Planned or ImportState.Failed
        && (!IsWritten(import) || folders.Of(import.Id).HasSources);
}
