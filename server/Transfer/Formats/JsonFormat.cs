using System.Text.Json;
using System.Text.RegularExpressions;

namespace Embed.Server.Transfer.Formats;

/// <summary>A format whose files are JSON with rows in it.</summary>
internal abstract class JsonFormat : IImportFormat
{
    public abstract string Name { get; }

    public abstract string Title { get; }

    /// <summary>Where the rows are.</summary>
    protected abstract JsonShape Shape { get; }

    public bool Recognises(ImportHead head) => JsonHead.Of(head) is { } json && Recognises(json);

    public void Read(ImportSource source, IImportSink sink, CancellationToken cancellationToken)
    {
        var target = new JsonTarget(sink, source.Limits);
        Prepare(source, target, cancellationToken);
        using var stream = source.Open();
        foreach (var row in JsonRows.Read(stream, Shape, cancellationToken))
        {
            if (FieldsOf(row, target) is { } fields)
            {
                ReadRow(row.Path, fields, target);
            }
        }

        target.End();
    }

    /// <summary>Whether a JSON text that begins like this is one of its.</summary>
    protected abstract bool Recognises(JsonHead head);

    /// <summary>Hands on what a row has.</summary>
    /// <param name="path">Which rows it is one of.</param>
    protected abstract void ReadRow(string path, JsonFields row, JsonTarget target);

    /// <summary>Looks at the file before its rows are read.</summary>
    protected virtual void Prepare(ImportSource source, JsonTarget target, CancellationToken cancellationToken)
    {
    }

    private JsonFields? FieldsOf(JsonRow row, JsonTarget target)
    {
        if (row.Element is not { } element)
        {
            target.Skip(row.Place, "row", $"It is longer than {Shape.MaxRowBytes / (1024 * 1024)} MB.");
            return null;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            target.Skip(row.Place, "row", "It has no fields.");
            return null;
        }

        var fields = new JsonFields(element, row.Place);
        if (row.Repair is { } repair)
        {
            fields.Repairs.Add(repair);
        }

        return fields;
    }
}

/// <summary>The names that the beginning of a JSON text gives to its values.</summary>
/// <param name="IsList">Whether the text is a list.</param>
internal sealed partial record JsonHead(bool IsList, IReadOnlySet<string> Names, string Text)
{
    /// <summary>The names, or null if it is no JSON.</summary>
    public static JsonHead? Of(ImportHead head)
    {
        var text = head.Text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.StartsWith('#') && text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var line)
        {
            text = text[(line + 1)..].TrimStart();
        }

        return text.StartsWith('{') || text.StartsWith('[')
            ? new JsonHead(text[0] == '[', NamePattern().Matches(text).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal), head.Text)
            : null;
    }

    /// <summary>Whether all of these are there.</summary>
    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!Names.Contains(name))
            {
                return false;
            }
        }

        return true;
    }

    // A quotation mark inside a text has a backslash before it, so a text cannot look like a name.
    [GeneratedRegex("""(?<=[{,\[]\s{0,200})"(?<name>[A-Za-z_$+-][A-Za-z0-9_$+-]{0,60})"\s{0,20}:""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NamePattern();
}
