using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Embed.Server.Admin.Shell;

/// <summary>
/// What a table shows is said by the query of its page's address, so that it can be linked, reloaded and gone back to. A page reads
/// it with <c>[SupplyParameterFromQuery]</c>, in <c>OnParametersSetAsync</c>, always as a text (a number that is none would fail the
/// page), and changes it here. Whatever an address says that means nothing is as if it were not there.
/// </summary>
internal static class AddressState
{
    /// <summary>This page's address with some parameters changed: null or an empty text leaves one out.</summary>
    public static string With(this NavigationManager navigation, params (string Name, string? Value)[] changes) =>
        navigation.GetUriWithQueryParameters(changes.ToDictionary(
            change => change.Name, object? (change) => string.IsNullOrEmpty(change.Value) ? null : change.Value, StringComparer.Ordinal));

    /// <summary>Refines what is shown, as typing in a filter does: the back button leads to what was before all of it.</summary>
    public static void Refine(this NavigationManager navigation, params (string Name, string? Value)[] changes) =>
        navigation.NavigateTo(navigation.With(changes), new NavigationOptions { ReplaceHistoryEntry = true });

    /// <summary>Chooses what is shown, as a tab, an order or a list of choices does: the back button leads to what was chosen before.</summary>
    public static void Choose(this NavigationManager navigation, params (string Name, string? Value)[] changes) =>
        navigation.NavigateTo(navigation.With(changes));

    /// <summary>What a table is sorted by: a column, with a hyphen before it for the other way round; what is usual if it has no such column.</summary>
    public static string SortOf(string? sort, string usual, params ReadOnlySpan<string> columns) =>
        sort is not null && columns.Contains(sort is ['-', .. var column] ? column : sort) ? sort : usual;

    /// <summary>The id that a parameter says; null if it says none.</summary>
    public static long? IdOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>What is searched for, without spaces around it and no longer than fields take.</summary>
    public static string SearchOf(string? text) => (text is { Length: > FilterField.MaxCharacters } ? text[..FilterField.MaxCharacters] : text ?? "").Trim();
}
