namespace Embed.IntegrationTests;

/// <summary>Choices that look random and are the same each time: a linear congruential generator (Knuth's MMIX).</summary>
internal sealed class Choices(uint seed)
{
    private ulong _state = seed;

    public int Next(int count)
    {
        _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
        return (int)((_state >> 33) % (ulong)count);
    }
}
