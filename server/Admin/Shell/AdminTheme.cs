using MudBlazor;

namespace Embed.Server.Admin.Shell;

/// <summary>MudBlazor in the colours of our other pages (<c>pages.css</c>), calm: no capitals, no shadows, the system's font.</summary>
internal static class AdminTheme
{
    private static readonly string[] Fonts = ["system-ui", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1c58b8",
            PrimaryContrastText = "#ffffff",
            Error = "#b3261e",
            Success = "#1b6e3c",
            Warning = "#8a5300",
            Info = "#1c58b8",
            Background = "#ffffff",
            Surface = "#ffffff",
            BackgroundGray = "#f4f5f7",
            TextPrimary = "#1d2126",
            TextSecondary = "#59616b",
            AppbarBackground = "#ffffff",
            AppbarText = "#1d2126",
            LinesDefault = "#d5d8dc",
            LinesInputs = "#868e98",
            TableLines = "#d5d8dc",
            Divider = "#d5d8dc",
            ActionDefault = "#59616b",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#8db8ff",
            PrimaryContrastText = "#10131a",
            Error = "#ff9b94",
            Success = "#86d6a3",
            Warning = "#f0b866",
            Info = "#8db8ff",
            Background = "#16181b",
            Surface = "#16181b",
            BackgroundGray = "#212429",
            TextPrimary = "#e8e9eb",
            TextSecondary = "#a3abb5",
            AppbarBackground = "#16181b",
            AppbarText = "#e8e9eb",
            LinesDefault = "#3a3f46",
            LinesInputs = "#6d7580",
            TableLines = "#3a3f46",
            Divider = "#3a3f46",
            ActionDefault = "#a3abb5",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "1rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, FontWeight = "600", TextTransform = "none", LetterSpacing = "normal" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = ".5rem", AppbarHeight = "3.5rem", DrawerWidthLeft = "15rem" },
    };
}
