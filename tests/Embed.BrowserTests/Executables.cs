namespace Embed.BrowserTests;

/// <summary>Where programs of the system are.</summary>
internal static class Executables
{
    /// <summary>Path of the program that a variable names, or of the first of these names that there is.</summary>
    /// <param name="title">What the program is called, for people.</param>
    /// <param name="variable">Environment variable with a path, tried first.</param>
    /// <param name="names">Names on the <c>PATH</c>.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Find(string title, string variable, params string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin");
        var candidates = names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .Prepend(Environment.GetEnvironmentVariable(variable));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"The browser tests need {title} on the PATH, or its path in {variable}.");
    }
}
