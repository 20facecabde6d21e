using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace Embed.Server.Http;

/// <summary>
/// The form of a request, for handlers to take; without one they are not called. In place of <see cref="IFormCollection"/>: what is
/// generated for that one fails where a request has no form.
/// </summary>
internal sealed class SentForm : IEndpointParameterMetadataProvider
{
    private static readonly AcceptsMetadata Accepted = new(["application/x-www-form-urlencoded", "multipart/form-data"]);

    private readonly IFormCollection _fields;

    private SentForm(IFormCollection fields) => _fields = fields;

    /// <summary>The values of a field; empty if it was not sent.</summary>
    public StringValues this[string name] => _fields[name];

    /// <summary>Reads the form of a request.</summary>
    /// <exception cref="BadHttpRequestException">There is none, or it cannot be read.</exception>
    public static async ValueTask<SentForm> BindAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("The request has no form.");
        }

        try
        {
            return new(await http.Request.ReadFormAsync(http.RequestAborted));
        }
        catch (InvalidDataException fault)
        {
            throw new BadHttpRequestException("The request's form cannot be read.", fault);
        }
    }

    /// <summary>Lets routing turn away what is in another format (415).</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(Accepted);
}
