using System.Text.Json;
using System.Text.Json.Serialization;
using Embed.Widget;

namespace Embed.Server.Http;

/// <summary>How values look in the API's JSON: camelCase words for enumerations, a comment's HTML as a plain string.</summary>
internal static class WireFormat
{
    public static void Configure(JsonSerializerOptions json)
    {
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        json.Converters.Add(new HtmlConverter());
    }

    private sealed class HtmlConverter : JsonConverter<CommentHtml>
    {
        // Nobody sends us HTML: it is made from Markdown here.
        public override CommentHtml Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException("HTML is never read.");

        public override void Write(Utf8JsonWriter writer, CommentHtml value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
