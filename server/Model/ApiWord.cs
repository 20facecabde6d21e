using System.Text.Json;

namespace Embed.Server.Model;

/// <summary>How the HTTP API names the values of an enumeration, in what it takes and in what it answers: in camel case.</summary>
internal static class ApiWord
{
    public static string Of(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
