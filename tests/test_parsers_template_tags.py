"""Tags of templates in Markdown: those with a meaning have it, others go, and none is touched in code."""

from __future__ import annotations

import pytest
from test_parsers_frontmatter import draft

from feedsvc.model.document import Problem, told_once
from newsroom import Newsroom


def html(body: str) -> str:
    return "\n".join(paragraph.html.strip() for paragraph in draft(f"---\ntitle: Pier\n---\n{body}\n").paragraphs)


def figure(source: str, alternative: str = "", caption: str = "") -> str:
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{source}" alt="{alternative}">{below}</figure>'


def link(address: str, text: str | None = None) -> str:
    return f'<p><a href="{address}">{text or address}</a></p>'


CODE = '<pre><code class="language-{}">a_b = *c\n# d\n</code></pre>'
MEANINGS = [
    pytest.param('{{< figure src="a.png" alt="Pier" >}}', figure("a.png", "Pier"), id="a figure of Hugo"),
    pytest.param(
        '{{< figure src="/a.jpg" caption="At *dawn*" >}}',
        figure("/a.jpg", "At *dawn*", "At <em>dawn</em>"),
        id="a caption",
    ),
    pytest.param('{{% our-picture "a.webp" "The pier" %}}', figure("a.webp", "The pier", "The pier"), id="any name"),
    pytest.param("{% asset_img a.png The pier %}", figure("a.png"), id="a picture of Hexo"),
    pytest.param(
        '{% include img.html url="{{ site.url }}/a.png" alt="x" %}', figure("/a.png", "x"), id="an include of Jekyll"
    ),
    pytest.param("{{< youtube abc >}}", link("https://www.youtube.com/watch?v=abc"), id="a film"),
    pytest.param('{{ youtube(id="abc") }}', link("https://www.youtube.com/watch?v=abc"), id="a film of Zola"),
    pytest.param(
        '{{< button href="https://quay.example" label="TIDES" external=true >}}',
        link("https://quay.example", "TIDES"),
        id="a button",
    ),
    pytest.param('{{< vimeo id="1" title="Tide" >}}', link("https://vimeo.com/1", "Tide"), id="a film with a title"),
    pytest.param('{{< tweet user="quay" id="9" >}}', link("https://twitter.com/quay/status/9"), id="a post"),
    pytest.param("{% gist ann/12 %}", link("https://gist.github.com/ann/12"), id="a gist"),
    pytest.param('{{< card "https://a.example/" >}}', link("https://a.example/"), id="any address"),
    pytest.param("{{< video a.mp4 >}}", '<video src="a.mp4"></video>', id="a film of the site"),
    pytest.param('[a]({{< ref "b.md" >}})', link("b.md", "a"), id="a reference of Hugo"),
    pytest.param("[a]({% post_url 2026-01-02-b %})", link("2026-01-02-b.md", "a"), id="a post of Jekyll"),
    pytest.param("[a]({{ site.baseurl }}/b)", link("/b", "a"), id="an address below the site's"),
    pytest.param("[a]({{ '/b' | relative_url }})", link("/b", "a"), id="an address through a filter"),
    pytest.param("[a][1]\n\n[1]: {{ site.url }}/b", link("/b", "a"), id="an address below"),
    pytest.param('<a href="{{ site.url }}/b">a</a>', link("/b", "a"), id="an address in HTML"),
    pytest.param("{% post_link b 'A b' %}", link("b.md", "A b"), id="a link of Hexo"),
    pytest.param("{{< highlight go >}}\na_b = *c\n# d\n{{< /highlight >}}", CODE.format("go"), id="code of Hugo"),
    pytest.param("{% highlight c linenos %}\na_b = *c\n# d\n{% endhighlight %}", CODE.format("c"), id="code of Jekyll"),
    pytest.param("{% codeblock lang:c %}\na_b = *c\n# d\n{% endcodeblock %}", CODE.format("c"), id="code of Hexo"),
    pytest.param('[sourcecode language="c"]\na_b = *c\n# d\n[/sourcecode]', CODE.format("c"), id="code of WordPress"),
    pytest.param("{% raw %}{{ a }} *b*{% endraw %}", "<p>{{ a }} <em>b</em></p>", id="raw text"),
    pytest.param(
        "{% blockquote Ann Lee %}\nIt *sails*.\n{% endblockquote %}",
        "<blockquote>\n<p>It <em>sails</em>.</p>\n<p>— Ann Lee</p>\n</blockquote>",
        id="a quotation",
    ),
    pytest.param(
        '{% quote(author="Ann") %}\nIt sails.\n{% end %}',
        "<blockquote>\n<p>It sails.</p>\n<p>— Ann</p>\n</blockquote>",
        id="a quotation of Zola",
    ),
    pytest.param(
        "{{% notice tip %}}\nMind it.\n{{% /notice %}}",
        "<blockquote>\n<p><strong>Tip</strong></p>\n<p>Mind it.</p>\n</blockquote>",
        id="a note",
    ),
    pytest.param(
        '{% include note.html text="Mind *it*." %}\n\nIt sails.',
        "<blockquote>\n<p><strong>Note</strong></p>\n<p>Mind <em>it</em>.</p>\n</blockquote>\n<p>It sails.</p>",
        id="a note in one tag",
    ),
    pytest.param(
        '{{< details "More" >}}\nIt sails.\n{{< /details >}}',
        "<p><strong>More</strong></p>\n<p>It sails.</p>",
        id="a fold",
    ),
    pytest.param("{{< lead >}}It *sails*.{{< /lead >}}", "<p>It <em>sails</em>.</p>", id="the text between"),
    pytest.param('[caption id="a"]![b](c.png) d[/caption]', '<p><img src="c.png" alt="b" /> d</p>', id="WordPress"),
    pytest.param("[embed]https://a.example[/embed]", link("https://a.example"), id="an embed of WordPress"),
    pytest.param("It {% label warning@sails %}.", "<p>It sails.</p>", id="words behind a kind"),
    pytest.param('It {{< hl "sails again" >}}.', "<p>It sails again.</p>", id="words without a name"),
    pytest.param("It {{ verb }} {% now %}sails.", "<p>It  sails.</p>", id="no meaning"),
    pytest.param(
        "{% raw %}{{ a }} {% end %} b{% endraw %}", "<p>{{ a }} {% end %} b</p>", id="another end in raw text"
    ),
    pytest.param("{% comment %}\nno\n{% endcomment %}\n\nIt sails.", "<p>It sails.</p>", id="a comment"),
    pytest.param("{{</* figure */>}}", "<p>{{&lt; figure &gt;}}</p>", id="a tag that is shown"),
    pytest.param(
        '- a\n\n  {{< figure src="b.png" >}}', f"<ul>\n<li>\n<p>a</p>\n{figure('b.png')}\n</li>\n</ul>", id="in a list"
    ),
    pytest.param("`{{ a }}`", "<p><code>{{ a }}</code></p>", id="a word of code"),
    pytest.param(
        "```\n{% now %}\n{{ a\n}}\n```", "<pre><code>{% now %}\n{{ a\n}}\n</code></pre>", id="a block of code"
    ),
    pytest.param(
        "```\n{% raw %}\n{{ a }}\n{% endraw %}\nb: {% raw %}{{ c }}{% endraw %}\n```",
        "<pre><code>{{ a }}\nb: {{ c }}\n</code></pre>",
        id="raw text in a block of code",
    ),
    pytest.param(
        "{% highlight c %}\n{% raw %}\n{{ a }}\n{% endraw %}\n{% endhighlight %}",
        '<pre><code class="language-c">{{ a }}\n</code></pre>',
        id="raw text in code",
    ),
    pytest.param(
        "import Tabs from '@theme/Tabs';\nimport pier from './pier.png';\n\n<Tabs>\n\nIt *sails*.\n\n</Tabs>\n\n"
        "<img src={pier} alt='a' style={{width: 9}} />",
        "<Tabs>\n<p>It <em>sails</em>.</p>\n</Tabs>\n<img src=\"./pier.png\" alt='a' style= />",
        id="modules of MDX",
    ),
    pytest.param("<img src={require('./a.png').default} />", '<img src="./a.png" />', id="a picture of MDX"),
    pytest.param(
        "import a from 'b'\n\nIt sails.", "<p>import a from 'b'</p>\n<p>It sails.</p>", id="an import in text"
    ),
    pytest.param("It {/* no */}sails.", "<p>It sails.</p>", id="a comment of MDX"),
    pytest.param(
        "```\n{% highlight c %}\n```\n\nand\n\n```\n{% endhighlight %}\n```",
        "<pre><code>{% highlight c %}\n</code></pre>\n<p>and</p>\n<pre><code>{% endhighlight %}\n</code></pre>",
        id="two halves in blocks of code",
    ),
    pytest.param(
        "```\nimport a from './a.js';\n<b c={a} d=\"{{ e }}\"/>\n```",
        "<pre><code>import a from './a.js';\n&lt;b c={a} d=&quot;{{ e }}&quot;/&gt;\n</code></pre>",
        id="values in code",
    ),
    pytest.param("Set ${{ tide }}.", "<p>Set ${{ tide }}.</p>", id="an expression of a build"),
    pytest.param(
        '{{% code lang="sh" title="Set the tide" %}}\nset\n{{% /code %}}',
        '<p>Set the tide</p>\n<pre><code class="language-sh">set\n</code></pre>',
        id="code with a title",
    ),
    pytest.param(
        "```set()``` it.\n\n{{< code lang=sh >}}\nset\n{{< /code >}}",
        '<p><code>set()</code> it.</p>\n<pre><code class="language-sh">set\n</code></pre>',
        id="code below code within a line",
    ),
    pytest.param("<pre>{{ a }}</pre>", "<pre>{{ a }}</pre>", id="code in HTML"),
    pytest.param(
        "[caption](a.html) and [code][1]\n\n[1]: b",
        '<p><a href="a.html">caption</a> and <a href="b">code</a></p>',
        id="links",
    ),
]


@pytest.mark.parametrize(("written", "expected"), MEANINGS)
def test_a_template_tag_has_its_meaning_or_goes(written: str, expected: str) -> None:
    assert html(written) == expected


def test_a_summary_has_the_words_and_none_of_the_tags() -> None:
    found = draft(
        "---\ntitle: Pier\n---\n{{< toc >}}\n\nSee {% post_link b 'the pier' %}, {{ x }}it *sails* &amp; more.\n"
    )

    assert [paragraph.text for paragraph in found.paragraphs] == ["See the pier, it sails & more."]


def test_lines_below_a_tag_keep_their_places() -> None:
    text = "---\ntitle: Pier\n---\n{{< highlight c >}}\na\nb\n{{< /highlight >}}\n\nIt sails.\n"

    assert [text[each.span.start : each.span.end] for each in draft(text).paragraphs][-1] == "It sails."


def test_tags_that_go_are_told_once_with_their_first_line(newsroom: Newsroom) -> None:
    for name in ("a", "b", "c"):
        newsroom.file(
            f"{name}.md", f"---\ntitle: {name} sails\n---\nIt sails.\n\n{{% now %}} {{{{ {name}.x }}}}`{{% no %}}`\n"
        )

    edition = newsroom.publish()

    left_out = "means nothing outside of its site; it is left out"
    assert told_once(edition.problems) == [
        f"note: a.md:6: the template tag {{% now %}} {left_out} (and in 2 other documents)",
        f"note: a.md:6: the template tag {{{{ a.x }}}} {left_out}",
        f"note: b.md:6: the template tag {{{{ b.x }}}} {left_out}",
        f"note: c.md:6: the template tag {{{{ c.x }}}} {left_out}",
    ]


def test_what_keeps_a_document_back_is_told_of_each() -> None:
    problems = [Problem(source="desk", path=path, message="is empty") for path in ("a.md", "b.md")]

    assert told_once(problems) == ["rejected: a.md: is empty", "rejected: b.md: is empty"]
