using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Embed.IntegrationTests;

/// <summary>Who may use whom. The rules are data; the tests read the sources and say which file breaks which rule.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Folders of server/: each may use those on lines above its own. What lies beside them may be used by all.</summary>
    private static readonly string[][] Lines =
    [
        ["Model"],
        ["Data"],
        ["Http", "Pages", "Mail"],
        ["Pictures"],
        ["Sites", "Commenters", "PreModeration", "Markup"],
        ["Threads"],
        ["Comments"],
        ["Moderation"],
        ["Transfer"],
        ["Circuits", "Admin", "Me"],
        ["Hosting"],
    ];

    /// <summary>Uses within one line that are wanted all the same, each with its reason.</summary>
    private static readonly (string User, string Used, string Reason)[] Exceptions =
    [
        ("Http", "Pages", "a refusal's sentence is in the language that our own pages would answer in"),
        ("Commenters", "Sites", "a sign-in is for one site and is given to its registered origins only"),
        ("Commenters", "PreModeration", "a site's rules on names are asked where a name is given"),
    ];

    [Fact]
    public void Server_folders_use_only_folders_above_them()
    {
        var files = Repository.Files("server", ".cs", ".razor").Where(file => FolderOf(file) is not null).ToList();

        var faults = files.SelectMany(file => UsedFolders(Repository.Read(file))
            .Where(used => !MayUse(FolderOf(file)!, used))
            .Select(used => $"{file} uses {used}"));

        Assert.NotEmpty(files);
        Assert.Empty(faults);
    }

    [Fact]
    public void Server_folders_are_all_on_the_list()
    {
        var folders = Repository.Files("server", ".cs", ".razor").Select(FolderOf).OfType<string>().ToHashSet(StringComparer.Ordinal);

        var unlisted = folders.Where(folder => LineOf(folder) < 0).ToList();

        Assert.NotEmpty(folders);
        Assert.Empty(unlisted);
    }

    [Fact]
    public void Server_namespaces_are_named_by_their_folders()
    {
        var files = Repository.Files("server", ".cs").Where(file => FolderOf(file) is not null).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Matches($@"(?m)^namespace Embed\.Server\.{FolderOf(file)}\b", Repository.Read(file)));
    }

    [Fact]
    public void Files_beside_the_folders_use_none_of_them_but_the_program_uses_hosting()
    {
        var files = Repository.Files("server", ".cs", ".razor").Where(file => FolderOf(file) is null).ToList();

        var uses = files.SelectMany(file => UsedFolders(Repository.Read(file)).Select(used => $"{file} uses {used}")).ToList();

        Assert.Equal(["server/Program.cs uses Hosting"], uses);
    }

    [Fact]
    public void Widget_references_component_packages_only()
    {
        var references = References("widget/Embed.Widget.csproj").ToList();

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.StartsWith("Microsoft.AspNetCore.Components", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Widget_knows_no_database_HTTP_hosting_or_server()
    {
        var files = Repository.Files("widget", ".cs", ".razor");

        var faults = files.SelectMany(file => ForeignNamespace().Matches(Repository.Read(file)).Select(match => $"{file}: {match.Value}")).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(faults);
    }

    [Fact]
    public void Only_the_demo_references_the_server()
    {
        var projects = Repository.Files("samples", ".csproj");

        var users = projects.Where(project => References(project).Any(name => name.Contains("Embed.Server", StringComparison.Ordinal)));

        Assert.Equal(["samples/Demo/Embed.Demo.csproj"], users);
    }

    [Theory]
    [InlineData("server", 300, ".cs", ".razor")]
    [InlineData("widget", 300, ".cs", ".razor")]
    // A script is downloaded as one file and a stylesheet read as one cascade: splitting either has a price that C# has not.
    [InlineData("server", 500, ".js", ".css")]
    [InlineData("widget", 500, ".js", ".css")]
    // A suite about one thing is a list, and is looked up in, not read through.
    [InlineData("tests", 400, ".cs", ".razor")]
    public void No_file_is_too_long_to_read(string folder, int mostLines, params string[] extensions)
    {
        var files = Repository.Files(folder, extensions);

        var tooLong = files.Where(file => Repository.Read(file).AsSpan().Count('\n') > mostLines).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(tooLong);
    }

    [Theory]
    [InlineData("using Embed.Server.Hosting;")]
    [InlineData("@using static Embed.Server.Hosting.Routes")]
    [InlineData("var routes = global::Embed.Server.Hosting.Routes.All;")]
    public void A_use_in_any_spelling_is_seen(string source) => Assert.Equal(["Hosting"], UsedFolders(source));

    [Theory]
    [InlineData("Model", "Data")]
    [InlineData("Sites", "Commenters")]
    [InlineData("Threads", "Comments")]
    [InlineData("Admin", "Hosting")]
    public void A_use_upwards_or_sideways_is_refused(string user, string used) => Assert.False(MayUse(user, used));

    private static bool MayUse(string user, string used) =>
        user == used || LineOf(used) < LineOf(user) || Exceptions.Any(e => e.User == user && e.Used == used);

    private static int LineOf(string folder) => Array.FindIndex(Lines, line => line.Contains(folder, StringComparer.Ordinal));

    /// <summary>The folder of server/ that a file lies in; null for a file beside the folders.</summary>
    private static string? FolderOf(string file) => file.Split('/') is ["server", var folder, _, ..] ? folder : null;

    private static IEnumerable<string> UsedFolders(string source) => UseOfFolder().Matches(source)
        .Select(match => match.Groups["folder"].Value).Where(name => LineOf(name) >= 0).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> References(string project) =>
        XDocument.Parse(Repository.Read(project)).Descendants()
            .Where(item => item.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference")
            .Select(item => (string?)item.Attribute("Include") ?? "");

    [GeneratedRegex(@"\bEmbed\.Server\.(?<folder>[A-Z]\w*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UseOfFolder();

    [GeneratedRegex(
        @"\b(Embed\.Server\.|Microsoft\.EntityFrameworkCore|Microsoft\.AspNetCore\.(Http|Hosting|Builder|Mvc)|Microsoft\.Extensions\.Hosting|System\.Net\.Http\b)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ForeignNamespace();
}
