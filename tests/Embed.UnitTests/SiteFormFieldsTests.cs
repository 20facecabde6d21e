using System.Reflection;
using Embed.Server.Admin;

namespace Embed.UnitTests;

/// <summary>Two people change one site's settings at once, and neither loses anything.</summary>
public sealed class SiteFormFieldsTests
{
    private static readonly SiteForm Opened = SiteForm.New with { Key = "blog", Name = "Blog", Origins = "https://blog.example", Revision = 3 };

    [Fact]
    public void Every_field_but_key_and_revision_is_compared()
    {
        var other = new SiteForm("other", "x", "x", "x", "x", !Opened.IsNumbered, "x", !Opened.HoldsComments, "x", !Opened.IsIndexed, "x", ["x"], !Opened.AllowsGuests, !Opened.HoldsGuests, !Opened.AllowsMail, "x", "x", 9);

        var fields = typeof(SiteForm).GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(property => property.Name)
            .Except([nameof(SiteForm.Key), nameof(SiteForm.Revision)]);

        Assert.Equal(fields.Order(), SiteFormFields.Differences(Opened, other).Order());
        Assert.Equal(other with { Key = "blog" }, SiteFormFields.Merge(Opened, Opened, other).Form);
    }

    [Fact]
    public void What_only_one_has_changed_is_theirs()
    {
        var (form, both) = SiteFormFields.Merge(Opened, Opened with { Name = "Mine" }, Opened with { MaxIndent = "2", Revision = 4 });

        Assert.Equal(("Mine", "2", 4), (form.Name, form.MaxIndent, form.Revision));
        Assert.Empty(both);
    }

    [Fact]
    public void What_both_have_changed_stays_as_typed_and_is_named()
    {
        var saved = Opened with { Name = "Theirs", IsNumbered = true, SignInProviders = ["GitHub"], Revision = 4 };

        var (form, both) = SiteFormFields.Merge(Opened, Opened with { Name = "Mine", IsNumbered = true }, saved);

        Assert.Equal("Mine", form.Name);
        Assert.Equal(["GitHub"], form.SignInProviders);
        // Both ticked the same box: nothing to decide.
        Assert.Equal([nameof(SiteForm.Name)], both);
        Assert.Equal("Theirs", SiteFormFields.Text(saved, nameof(SiteForm.Name)));
        Assert.Equal("on", SiteFormFields.Text(saved, nameof(SiteForm.IsNumbered)));
    }
}
