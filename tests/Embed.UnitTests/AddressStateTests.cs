using System.Reflection;
using Embed.Server.Admin.Shell;
using Microsoft.AspNetCore.Components;

namespace Embed.UnitTests;

public sealed class AddressStateTests
{
    [Theory]
    [InlineData("name", "name")]
    [InlineData("-held", "-held")]
    [InlineData(null, "-since")]
    [InlineData("", "-since")]
    [InlineData("-", "-since")]
    [InlineData("--name", "-since")]
    [InlineData("Name", "-since")]
    [InlineData("password", "-since")]
    public void An_order_is_one_of_the_tables_or_the_usual(string? sort, string order) =>
        Assert.Equal(order, AddressState.SortOf(sort, "-since", "name", "held", "since"));

    [Theory]
    [InlineData("7", 7L)]
    [InlineData("abc", null)]
    [InlineData("-7", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("1,2", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_is_no_id_is_none(string? text, long? id) => Assert.Equal(id, AddressState.IdOf(text));

    [Fact]
    public void What_is_searched_for_is_no_longer_than_fields_take() =>
        Assert.Equal(FilterField.MaxCharacters, AddressState.SearchOf(new string('x', 5_000)).Length);

    [Fact]
    public void Pages_take_from_the_address_nothing_but_texts()
    {
        var supplied = typeof(AddressState).Assembly.GetTypes().SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(property => property.GetCustomAttribute<SupplyParameterFromQueryAttribute>() is not null).ToList();

        Assert.NotEmpty(supplied);
        // Blazor fails the page where a number is none.
        Assert.Empty(supplied.Where(property => property.PropertyType != typeof(string)).Select(property => $"{property.DeclaringType}.{property.Name}"));
    }
}
