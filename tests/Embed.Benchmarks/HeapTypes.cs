using Microsoft.Diagnostics.Runtime;

namespace Embed.Benchmarks;

/// <summary>What a process's managed heap holds, by type. The process stands still while it is looked at.</summary>
internal static class HeapTypes
{
    private const int Shown = 25;

    /// <summary>Bytes and number of objects by type.</summary>
    public static Dictionary<string, (long Bytes, long Count)> Of(int processId)
    {
        using var target = DataTarget.CreateSnapshotAndAttach(processId);
        // Both processes run on the same runtime, and beside it is the library that understands its memory.
        using var runtime = target.ClrVersions[0].CreateRuntime(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libmscordaccore.so"), ignoreMismatch: true);
        var types = new Dictionary<string, (long Bytes, long Count)>(StringComparer.Ordinal);
        foreach (var thing in runtime.Heap.EnumerateObjects())
        {
            if (thing is { IsFree: false, Type.Name: { } name })
            {
                var (bytes, count) = types.GetValueOrDefault(name);
                types[name] = (bytes + (long)thing.Size, count + 1);
            }
        }

        return types;
    }

    /// <summary>Prints what came to the heap between two looks, for each of so many.</summary>
    public static void Print(
        Dictionary<string, (long Bytes, long Count)> before, Dictionary<string, (long Bytes, long Count)> after, int each)
    {
        foreach (var (name, now) in after.OrderByDescending(type => type.Value.Bytes - before.GetValueOrDefault(type.Key).Bytes).Take(Shown))
        {
            var then = before.GetValueOrDefault(name);
            Console.WriteLine($"  {(now.Bytes - then.Bytes) / 1024.0 / each,8:F1} KB {(now.Count - then.Count) / (double)each,8:F1}  {name}");
        }
    }
}
