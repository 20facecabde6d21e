using System.Collections.Frozen;

namespace Embed.Server.Threads;

/// <summary>
/// Query parameters that say how a reader came to a page, never which page it is. Only names that could mean nothing else:
/// stripping too much would put two pages' comments together. From Firefox's list of query parameters to strip (its
/// setting <c>privacy.query_stripping.strip_list</c>) and the vendors' own documentation where named.
/// </summary>
internal static class TrackingParameters
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "gclid", "dclid", "gbraid", "wbraid", "gclsrc", "gad_source", "gad_campaignid", "srsltid", "_ga", "_gl", // Google
        "fbclid", "igshid", "igsh", // Meta
        "msclkid", // Microsoft Advertising
        "twclid", "ttclid", "li_fat_id", "epik", "ScCid", "rdt_cid", // Twitter, TikTok, LinkedIn, Pinterest, Snapchat, Reddit
        "yclid", "ysclid", "_openstat", // Yandex
        "mc_cid", "mc_eid", // Mailchimp
        "mkt_tok", // Marketo
        "_hsenc", "_hsmi", "__hsfp", "__hssc", "__hstc", "hsCtaTracking", // HubSpot
        "pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid", // Matomo, old names
        "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "ml_subscriber", "ml_subscriber_hash", "rb_clickid",
        "wickedid", "oft_id", "oft_k", "oft_lk", "oft_d", "oft_c", "oft_ck", "oft_ids", "oft_sk")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a parameter of this name, percent-decoded as far as it stands for itself, only tracks.</summary>
    public static bool Contains(ReadOnlySpan<char> name) =>
        name.StartsWith("utm_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("mtm_", StringComparison.OrdinalIgnoreCase) // Matomo
        || Names.Contains(name);
}
