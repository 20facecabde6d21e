using System.Text.Json;
using System.Text.Json.Serialization;
using Embed.Server.Data;
using Embed.Server.Model;
using Embed.Server.PreModeration;
using Embed.Server.Sites;
using Embed.Server.Transfer.Importing;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Embed.Server.Transfer.Export;

/// <summary>The columns that have JSON in them, and what it must be.</summary>
internal static class ExportShapes
{
    private static readonly JsonSerializerOptions RuleOptions = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    // As handlers read what they have written themselves, but nothing may be missing or null that they count on.
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly OutsideCheckKind[] AllChecks = Enum.GetValues<OutsideCheckKind>();

    private static readonly Dictionary<(Type, string), (JsonValueKind Kind, Func<JsonElement, string?> FaultOf)> All = new()
    {
        [(typeof(Site), nameof(Site.Origins))] = (JsonValueKind.Array, FaultOfOrigins),
        [(typeof(Site), nameof(Site.Moderators))] = (JsonValueKind.Array, list => FaultOfTexts(list, int.MaxValue, Account.MaxCharacters)),
        [(typeof(Site), nameof(Site.QueryParameters))] =
            (JsonValueKind.Array, list => FaultOfTexts(list, Site.MaxQueryParameters, Site.MaxQueryParameterCharacters)),
        [(typeof(Site), nameof(Site.SignInProviders))] =
            (JsonValueKind.Array, list => FaultOfTexts(list, Site.MaxSignInProviders, CommenterAccount.MaxProviderCharacters)),
        [(typeof(Site), nameof(Site.Rules))] = (JsonValueKind.Array, FaultOfRules),
        // What it must be depends on the act: see TakenRules.
        [(typeof(ModerationLogEntry), nameof(ModerationLogEntry.Details))] = (JsonValueKind.Object, _ => null),
        [(typeof(ModerationLogEntry), nameof(ModerationLogEntry.Changes))] = (JsonValueKind.Array, FaultOfChanges),
        [(typeof(ImportUpdate), nameof(ImportUpdate.Changes))] = (JsonValueKind.Array, FaultOfChanges),
        [(typeof(Import), nameof(Import.Options))] = (JsonValueKind.Object, FaultOfOptions),
        [(typeof(Import), nameof(Import.Counts))] = (JsonValueKind.Object, FaultOfCounts),
    };

    /// <summary>Whether a column has JSON in it.</summary>
    public static bool IsJson(IProperty property) => All.ContainsKey((property.DeclaringType.ClrType, property.Name));

    /// <summary>Whether the JSON of a column is a list; else it is an object.</summary>
    public static bool IsList(IProperty property) => All[(property.DeclaringType.ClrType, property.Name)].Kind == JsonValueKind.Array;

    /// <summary>What is wrong with a column's JSON, as the end of a sentence; null for nothing.</summary>
    public static string? FaultOf(IProperty property, JsonElement json)
    {
        var (kind, faultOf) = All[(property.DeclaringType.ClrType, property.Name)];
        CheckTexts(json);
        return json.ValueKind != kind ? $"is no {(kind == JsonValueKind.Array ? "list" : "object")}" : faultOf(json);
    }

    /// <summary>Whether JSON is what this server writes of a type. Throws <see cref="JsonException"/> where it cannot be read as one.</summary>
    public static bool Is(Type type, string json) => JsonSerializer.Deserialize(json, type, Strict) is not null;

    /// <summary>Whether the text of a column's JSON is such JSON.</summary>
    public static bool IsSound(IProperty property, string stored)
    {
        try
        {
            using var json = JsonDocument.Parse(stored);
            return FaultOf(property, json.RootElement) is null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or JsonException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidOperationException">It has half a character somewhere: whoever reads it later would fail.</exception>
    private static void CheckTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    CheckTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }

                break;
        }
    }

    // A site without a home, or with one that is no origin, would fail wherever it is drawn.
    private static string? FaultOfOrigins(JsonElement list) =>
        FaultOfTexts(list, int.MaxValue, CommenterSession.MaxOriginCharacters)
        ?? (list.GetArrayLength() > 0 && list.EnumerateArray().All(origin => SiteOrigins.Normalise(origin.GetString()) == origin.GetString())
            ? null : "is no list of origins");

    private static string? FaultOfTexts(JsonElement list, int most, int mostCharacters) =>
        list.GetArrayLength() > most ? $"has more than {most} items"
        : list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Length <= mostCharacters) ? null
        : $"is no list of texts of at most {mostCharacters} characters";

    private static string? FaultOfRules(JsonElement list) =>
        list.Deserialize<List<Rule>>(RuleOptions) is { } rules && rules.TrueForAll(rule => rule is { Words: not null, Reason: not null })
            ? RuleLimits.Faults(rules, AllChecks).Values.FirstOrDefault() is { } fault ? $"has a rule that is none: {fault}" : null
            : "is no list of rules";

    private static string? FaultOfOptions(JsonElement json) =>
        json.Deserialize<ImportOptions>(Strict) is { } options && Enum.IsDefined(options.Via) && options.Rewrites.All(rewrite => rewrite is not null) && options.IsValid
            ? null : "is none that an import can have";

    private static string? FaultOfCounts(JsonElement json) =>
        json.GetRawText() == Import.NoCounts || (json.Deserialize<ImportCounts>(Strict) is not null && HasCountsOnly(json)) ? null : "is no counts";

    private static bool HasCountsOnly(JsonElement json) => json.EnumerateObject().All(property => property.Value.ValueKind == JsonValueKind.Object
        ? HasCountsOnly(property.Value)
        : property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt64(out var count) && count is >= 0 and <= ExportLimits.MaxId);

    private static string? FaultOfChanges(JsonElement list) =>
        RowChange.Read(list.GetRawText()).TrueForAll(change => change is { Table: not null, Key: not null } && (change.Before ?? change.After) is not null)
            ? null
            : "is no list of changes";
}
