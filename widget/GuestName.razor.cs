using Microsoft.AspNetCore.Components;

namespace Embed.Widget;

/// <summary>The field for a guest's name, in the form of somebody who is not signed in.</summary>
public partial class GuestName
{
    /// <summary>Longest name, in UTF-16 units; the server refuses longer ones.</summary>
    public const int MaxCharacters = 80;

    /// <summary>What it is drawn from.</summary>
    [Parameter, EditorRequired]
    public required ThreadDrawing Drawing { get; set; }

    /// <summary>The form it stands in.</summary>
    [Parameter, EditorRequired]
    public required string Slot { get; set; }

    /// <summary>The name as typed before, where the page has no script to keep it.</summary>
    [Parameter]
    public string? Typed { get; set; }

    /// <summary>Whether this name was refused, where the page has no script to say so.</summary>
    [Parameter]
    public bool IsRefused { get; set; }

    private string FieldId => $"name-{Slot}";

    private string RefusedId => $"no-name-{Slot}";

    private string HeldId => $"held-{Slot}";

    private string DescribedBy => Drawing.Thread.Guests == GuestPolicy.Held ? $"{RefusedId} {HeldId}" : RefusedId;
}
