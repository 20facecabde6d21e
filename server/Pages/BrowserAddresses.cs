namespace Embed.Server.Pages;

/// <summary>Where browsers find our files, for pages that draw or describe them. The names follow from the content.</summary>
/// <param name="Styles">Path of the thread's stylesheet.</param>
/// <param name="Loader">Path of <c>embed.js</c> under the name that never changes its content.</param>
/// <param name="LoaderIntegrity">Its <c>integrity</c> value (W3C Subresource Integrity).</param>
internal sealed record BrowserAddresses(string Styles, string Loader, string LoaderIntegrity);
