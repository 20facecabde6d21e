namespace Embed.Demo;

/// <summary>What the demo's threads say. Invented people, our own words.</summary>
internal static class SeedContent
{
    private const string Marta = "marta-keller";
    private const string Jonas = "jonas-w";
    private const string Priya = "priya-n";
    private const string Tomas = "tomas-holub";
    private const string Salma = "salma-haddad";
    private const string Walnut = "old-walnut";
    private const string Ewa = "ewa-lis";
    private const string Sam = "bread-and-butter";

    /// <summary>Every page that begins with comments.</summary>
    public static IReadOnlyList<SeedPage> Pages => [QuietWeb, Sourdough];

    private static SeedPage QuietWeb { get; } = new("/the-quiet-web/", "The quiet web", IsClosed: true,
    [
        new("1", null, Jonas, """
            I did the same two winters ago and have not looked back. One warning, though: “plain files” is only plain until you want a *search box*. Then you either send people to a search engine — which feels like sending guests to the neighbours for salt — or you build an index and are back to running things.

            I settled on a page that simply lists everything. With three hundred notes, the browser’s own “find in page” is fast enough.
            """),
        new("1.1", "1", Priya, """
            A long list page is underrated. Mine is sorted by *subject*, by hand, and I rearrange it once a year. Visitors stay longer on it than on anything I have written.
            """),
        new("1.1.1", "1.1", Jonas, """
            By hand! How many are we talking about?
            """),
        new("1.1.1.1", "1.1.1", Priya, """
            A little over two hundred. It takes one rainy afternoon, and half of that goes to rereading things I had forgotten I believed.
            """),
        new("1.2", "1", Tomas, """
            If you do want an index without running anything: build it when you build the pages, one small file per letter, and load only the letter somebody types. Mine is 40 lines:

            ```js
            const letter = query[0].toLowerCase();
            const words = await (await fetch(`/find/${letter}.json`)).json();
            show(words.filter(entry => entry.word.startsWith(query)));
            ```

            It knows nothing about grammar, but it has never been down either.
            """),
        new("2", null, Ewa, """
            > The numbers. I no longer know which notes are read, and I write them differently because of it.

            I would like to hear more about the *differently*. Better? Or only freer?
            """),
        new("2.1", "2", Salma, """
            Not the author, but in my case: shorter, and with fewer headings. I had been writing headings for the machine that decides who gets to see the text. People do not need one every ninety words.
            """),
        new("2.1.1", "2.1", Ewa, """
            That is a good test. “Is this heading for a person?”
            """),
        new("2.2", "2", Walnut, """
            Freer at first, then worse for a while, then better. The worse part was vanity looking for somewhere to sit.
            """),
        new("3", null, Sam, """
            Everybody in this thread has a friend with a cupboard and a spare afternoon. Most people don’t. For them the choice isn’t “plain files or a bloated platform”, it’s *platform or nothing*. I find the romance about cables a bit much.
            """),
        new("3.1", "3", Tomas, """
            There are free hosts for plain files where you drag a folder onto a page. No cupboard needed. My mother-in-law does it, and she addresses her tablet in the formal form.
            """),
        new("3.1.1", "3.1", Sam, """
            And when the free host is bought and starts asking for money? Then your mother-in-law calls *you*. You’re the cupboard.
            """),
        new("3.1.1.1", "3.1.1", Tomas, """
            Fair. I am the cupboard.

            But look at what she’d lose: nothing. She has the folder. She’d drag it somewhere else. That is the whole argument for files, as far as I’m concerned — **leaving is cheap**.
            """),
        new("3.2", "3", Walnut, """
            This is what people say who have never tried and would rather sneer at those who did. Go back to your feed, they’ll tell you what to think about it there.
            """, IsRemoved: true),
        new("3.2.1", "3.2", Sam, """
            I’ve been writing on the web since before it had pictures, thanks. I’d just like it to have room for people who aren’t us.
            """),
        new("3.2.2", "3.2", Jonas, """
            Let’s not. The point about who gets left out is a real one and deserves an answer rather than a shove.
            """),
        new("3.2.2.1", "3.2.2", Marta, """
            I have removed a comment above that went for a person rather than for what they said; its answers make sense without it, so they stay.

            Could we come back to the question? It was a good one: *what would somebody need who has no friend with a cupboard?* Answers to that, please — not to each other’s character.
            """),
        new("3.3", "3", Ewa, """
            To the question, then. What I’d hand to a beginner:

            1. A folder, and a program that turns it into pages with **one** button.
            2. Two places to put the result, so that neither is the landlord.
            3. Somebody to ask. This is the one that cannot be downloaded.

            Libraries used to do number three. Some still do; ours has a “web hour” on Thursdays and it is always full.
            """),
        new("4", null, Priya, """
            “Every link from the last twelve years still leads where it used to lead.”

            Thank you for this. I keep a list of things I have linked to that are gone, and it grows by about one in twelve each year. It is the saddest file I own.
            """),
        new("4.1", "4", Tomas, """
            One in twelve is what I see too — 8 % or so. After ten years more than half of what I pointed at is missing. I’ve begun to quote a sentence or two from whatever I link to, so that at least the reason for the link survives.
            """),
        new("5", null, Salma, """
            شكرًا على هذا النص.

            I read your blog through a slow connection most of the year, and yours is one of four sites that open before I have changed my mind about wanting them. Whatever else is said here: *that* is a kindness, and it reaches further than you can see from your numbers. Good thing you dropped them.
            """),
        new("5.1", "5", Marta, """
            That made my week. Which are the other three? I’d like to visit the neighbours.
            """),
        new("5.1.1", "5.1", Salma, """
            A weather service that only has text, the timetable of our bus company (by accident, I suspect), and a man in Tromsø who photographs one boat.
            """),
        new("6", null, Walnut, """
            A small correction, since you asked: a page *can* answer back without a box. Put your address at the end in a way that invites a reply — not “contact”, but a question. I ended notes with “write to me about yours” for a year and got more letters than in the ten years before.

            (I’m sorry for my tone further up. Marta was right to take it out.)
            """),
        new("6.1", "6", Sam, """
            No harm done. And I’m stealing the question at the end.
            """),
        new("7", null, Jonas, """
            For whoever finds this later, the short version of what was said above:

            - a list page instead of a search box, or a [tiny index built beforehand](https://example.org/tiny-index);
            - quote what you link to, since about one link in twelve is gone each year;
            - keep the folder, so that leaving is cheap;
            - end with a question;
            - and find out whether your library has a “web hour”.
            """),
    ]);

    private static SeedPage Sourdough { get; } = new("/sourdough/", "A loaf that waits for you", IsClosed: false,
    [
        new("1", null, Ewa, """
            The surface. When the dome goes from matte to slightly shiny and a shaken bowl makes it *wobble* rather than shift, I shape. I’ve no idea why it works.
            """),
        new("1.1", "1", Tomas, """
            The wobble is gas held in a net that has become soft enough to move. Too early and it’s a ball of clay, too late and it’s soup. You are measuring the same thing as the jar, only with your wrists.
            """),
        new("1.1.1", "1.1", Ewa, """
            “Measuring with your wrists” is going on the kitchen wall.
            """),
        new("2", null, Sam, """
            I do look at the clock, but at the one on the thermometer: dough at 24 °C, five hours, every time. I warm or cool the *water* and leave the rest alone.

            - kitchen at 16 °C: water at 34
            - kitchen at 21 °C: water at 27
            - kitchen at 27 °C: water at 18
            """),
        new("2.1", "2", Priya, """
            Does this hold with whole rye? Mine races ahead whatever the water says.
            """),
        new("3", null, Salma, """
            A question from a small kitchen: is there any reason the jar has to stand *beside* the bowl? I have put mine on the shelf above the kettle and I am beginning to think it lies to me.
            """),
    ]);
}
