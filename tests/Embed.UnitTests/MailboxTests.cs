using Embed.Server.Mail;

namespace Embed.UnitTests;

/// <summary>Which texts are a mailbox, and how it is spelled.</summary>
public sealed class MailboxTests
{
    [Theory]
    [InlineData("ada@example.com", "ada@example.com", "a…@example.com")]
    [InlineData("  Ada.Lovelace+Blog@Example.COM\n", "ada.lovelace+blog@example.com", "A…@example.com")]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example", "a…@xn--bcher-kva.example")]
    [InlineData("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example", "a…@xn--bcher-kva.example")]
    [InlineData("ada@BU\u0308CHER.example", "ada@xn--bcher-kva.example", "a…@xn--bcher-kva.example")]
    [InlineData("o'neil@example.com", "o'neil@example.com", "o…@example.com")]
    public void One_address_has_one_spelling_and_a_label_that_hides_it(string typed, string address, string label)
    {
        var mailbox = Mailbox.Of(typed);

        Assert.Equal((address, label), (mailbox?.Address, mailbox?.Label));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData("ada@@example.com")]
    [InlineData("ada lovelace@example.com")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("<ada@example.com>")]
    [InlineData("ada@example.com, bob@example.com")]
    [InlineData("ada@example.com;bob@example.com")]
    [InlineData("ada(secretly)@example.com")]
    [InlineData("\"ada\"@example.com")]
    [InlineData("friends: ada@example.com;")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@exa_mple.com")]
    [InlineData("ada@example..com")]
    [InlineData("ada@-example.com")]
    [InlineData("ada@example.com\r\nBcc: bob@example.com")]
    [InlineData("ada\0@example.com")]
    public void Anything_but_one_plain_address_is_refused(string? typed) => Assert.Null(Mailbox.Of(typed));

    [Fact]
    public void An_address_is_no_longer_than_mail_allows()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 47), 4)) + ".example";
        var longest = new string('a', Mailbox.MaxCharacters - domain.Length - 1) + "@" + domain;

        Assert.Equal(longest, Mailbox.Of(longest)?.Address);
        Assert.True(Mailbox.Of(longest)?.Label.Length <= 80);
        Assert.Null(Mailbox.Of("a" + longest));
    }
}
