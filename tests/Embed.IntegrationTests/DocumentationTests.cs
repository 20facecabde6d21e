using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Embed.Server;
using Embed.Widget;
using Microsoft.AspNetCore.Components;

namespace Embed.IntegrationTests;

/// <summary>What the compiler does not check: component parameters, and the options in README.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_component_parameter_has_a_docstring()
    {
        var widget = typeof(ThreadModel).Assembly;
        var documented = XDocument.Load(Path.ChangeExtension(widget.Location, ".xml")).Descendants("member")
            .Where(member => !string.IsNullOrWhiteSpace(member.Value))
            .Select(member => (string?)member.Attribute("name"))
            .ToHashSet(StringComparer.Ordinal);

        var parameters = widget.GetTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(property => property.IsDefined(typeof(ParameterAttribute)) || property.IsDefined(typeof(CascadingParameterAttribute)))
            .Select(property => $"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}")
            .ToList();

        var undocumented = parameters.Where(name => !documented.Contains(name)).ToList();

        Assert.NotEmpty(parameters);
        Assert.Empty(undocumented);
    }

    [Fact]
    public void Readme_lists_exactly_the_options_there_are()
    {
        var options = Keys(typeof(EmbedOptions), EmbedOptions.Section).Order(StringComparer.Ordinal).ToList();
        var listed = OptionRow().Matches(Repository.Read("README.md"))
            .Select(match => match.Groups["key"].Value).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(options);
        Assert.Equal(options, listed);
    }

    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var documents = Repository.Files("docs", ".md");
        var tests = Repository.Files("tests", ".cs").ToLookup(file => Path.GetFileNameWithoutExtension(file)!, Repository.Read, StringComparer.Ordinal);

        var named = documents.SelectMany(document => NamedTest().Matches(Repository.Read(document)))
            .Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).ToList();
        var missing = named.Where(test => !tests[test.Class].Any(source => source.Contains($" {test.Method}(", StringComparison.Ordinal)));

        Assert.True(named.Count > 30);
        Assert.Empty(missing);
    }

    /// <summary>Configuration keys below a type: lists by the index 0, named sections by the name GitHub.</summary>
    private static IEnumerable<string> Keys(Type options, string prefix) =>
        options.GetProperties(BindingFlags.Instance | BindingFlags.Public).SelectMany(property =>
        {
            var key = $"{prefix}:{property.Name}";
            var type = property.PropertyType;
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
            {
                return Below(type.GetGenericArguments()[0], $"{key}:0");
            }

            return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>)
                ? Below(type.GetGenericArguments()[1], $"{key}:GitHub")
                : Below(type, key);
        });

    private static IEnumerable<string> Below(Type type, string key) =>
        type.Assembly == typeof(EmbedOptions).Assembly && type.IsClass ? Keys(type, key) : [key];

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"^\| `(?<key>Embed:[\w:]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OptionRow();
}
