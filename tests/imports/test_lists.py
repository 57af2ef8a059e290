"""Reading lists in Markdown, in the shapes that real ones have."""

from __future__ import annotations

from textwrap import dedent

import pytest

from readings.imports.addresses import Addresses
from readings.imports.lists.reading import Lists, read_lists
from readings.imports.parsers.markdown_table import read_markdown
from readings.imports.understood import Entry

A, B, C = "2101.00001", "2102.00002", "2103.00003"


def lists(
    text: str, *, schedule_tables: tuple[int, ...] = (), base_url: str | None = None
) -> Lists:
    text = dedent(text).strip("\n")
    return read_lists(
        text,
        read_markdown(text),
        schedule_tables=schedule_tables,
        addresses=Addresses(base_url),
    )


def entries(text: str) -> list[Entry]:
    return lists(text).entries


def only(text: str) -> Entry:
    [entry] = entries(text)
    return entry


def roles(entry: Entry) -> list[tuple[str, str]]:
    return [(link.role, link.url) for link in entry.links]


@pytest.mark.parametrize(
    "bullet",
    [
        f"- [A Tale of Tensors](https://arxiv.org/abs/{A})",
        f"* [ ] [A Tale of Tensors](https://arxiv.org/abs/{A})",
        f"- [x] **[A Tale of Tensors](https://arxiv.org/abs/{A})**",
        f"1. A Tale of Tensors [[pdf]](https://arxiv.org/pdf/{A})",
        f"1) A Tale of Tensors [[paper](https://arxiv.org/pdf/{A}v2.pdf)]",
        f"+ **A Tale of Tensors** ([link]( https://arxiv.org/abs/{A} ))",
        f"- A Tale of Tensors: https://arxiv.org/abs/{A}",
        f"- A Tale of Tensors <https://arxiv.org/abs/{A}>",
        f"- *A Tale of Tensors*. arXiv:{A}",
        f"- A Tale of Tensors【[论文](https://arxiv.org/abs/{A})】",
        f"- [[paper](https://arxiv.org/abs/{A})] [A Tale of Tensors](https://tensors.example.org)",
        f"- A Tale of Tensors [[pdf]] (https://arxiv.org/pdf/{A})",
        f"- [A Tale of Tensors](https://arxiv.org/\n  abs/{A})",
        f'- <a href="https://arxiv.org/abs/{A}">A Tale of Tensors</a>',
        f"- ![](https://img.shields.io/x.svg) [A Tale of Tensors](https://arxiv.org/abs/{A})",
        f"• A Tale of Tensors https://arxiv.org/abs/{A}",
        f"    - [A Tale of Tensors](https://arxiv.org/abs/{A})",
        f"- A Tale of Tensors\n  [arXiv](https://arxiv.org/abs/{A})",
        f"- A Tale of Tensors<br>[arXiv](https://arxiv.org/abs/{A})",
    ],
)
def test_a_title_and_its_paper_in_one_bullet(bullet: str) -> None:
    entry = only(f"# List\n\n{bullet}")
    assert entry.title == "A Tale of Tensors"
    assert entry.identifiers["arxiv"] == A
    assert entry.links[0].url.endswith((A, f"{A}v2.pdf"))
    assert entry.annotation == ""


@pytest.mark.parametrize(
    ("bullet", "cited"),
    [
        ("[T](U) by Ann Lee et al., OSDI 2018", ("Ann Lee et al.", "OSDI", 2018)),
        ("**T** (2015), A. Lee et al. [[pdf]](U)", ("A. Lee et al.", None, 2015)),
        ("[T](U) `Airbnb` `2016`", ("Airbnb", None, 2016)),
        ("[ICML'20][T](U)", (None, "ICML", 2020)),
        ("**`[ICML'20]`** [T](U)", (None, "ICML", 2020)),
        ("(NeurIPS 2021) T [[paper](U)]", (None, "NeurIPS", 2021)),
        ("T, Lee and Roe, PLDI 2019. [[pdf]](U)", ("Lee and Roe", "PLDI", 2019)),
        ("2018: [T](U)", (None, None, 2018)),
        ('Lee, A., and B. Roe. "T of a good length." (2012). [[pdf]](U)',
         ("Lee, A., and B. Roe", None, 2012)),
    ],
)  # fmt: skip
def test_who_where_and_when_are_read_beside_the_title(
    bullet: str, cited: tuple[str | None, str | None, int | None]
) -> None:
    entry = only(f"- {bullet.replace('U', f'https://arxiv.org/abs/{A}')}")
    assert (entry.title or "").startswith("T")
    assert (entry.authors, entry.venue, entry.year) == cited
    assert entry.annotation == ""


def test_authors_and_venue_are_lifted_from_the_first_nested_bullets() -> None:
    entry = only("""
        - **A Tale of Tensors**
          - Lee et al., OSDI 2018
          - Shows how tensors are told
    """)
    assert (entry.title, entry.authors, entry.venue, entry.year) == (
        "A Tale of Tensors", "Lee et al.", "OSDI", 2018,
    )  # fmt: skip
    assert entry.annotation == "- Shows how tensors are told"
    assert entry.identifiers == {}


def test_a_labelled_bullet_is_lifted_wherever_it_stands() -> None:
    entry = only("""
        - [A Tale](https://tale.example.org)
          - Read this first.
          - Venue: ICML 2020
    """)
    assert (entry.venue, entry.year, entry.annotation) == ("ICML", 2020, "- Read this first.")


def test_all_links_of_a_bullet_are_kept_by_their_roles() -> None:
    entry = only(
        f"- [A Tale](https://arxiv.org/abs/{A}) [[slides](https://x.org/s)] | "
        "[code](https://github.com/x/y) | [talk](https://youtu.be/1) ([blog](https://x.org/b))"
    )
    assert [role for role, _ in roles(entry)] == ["paper", "slides", "code", "video", "post"]
    assert entry.annotation == ""


def test_a_description_beside_the_title_is_said_of_it() -> None:
    entry = only("- [A Tale](https://x.org/tale) - A *good* one, see [more](https://x.org/more).")
    assert entry.title == "A Tale"
    assert entry.annotation.startswith("A *good* one, see")
    assert ("other", "https://x.org/more") in roles(entry)


def test_a_bullet_of_five_ids_is_five_entries_that_share_its_text() -> None:
    ids = [f"2101.0000{n}" for n in range(5)]
    cited = "".join(f"[[{n}](https://arxiv.org/pdf/{one})]" for n, one in enumerate(ids, 1))
    found = entries(f"- These are worth a look{cited}.")
    assert [entry.identifiers["arxiv"] for entry in found] == ids
    assert len({entry.annotation for entry in found}) == 1
    assert "worth a look" in found[0].annotation


def test_the_names_of_several_papers_in_a_sentence_are_their_titles() -> None:
    found = entries(
        f"- I like [Relay](https://arxiv.org/abs/{A}) and [Exo](https://arxiv.org/abs/{B})."
    )
    assert [entry.title for entry in found] == ["Relay", "Exo"]


def test_nested_roles_give_their_links_to_the_parent() -> None:
    entry = only(f"""
        - A Tale [[paper](https://arxiv.org/abs/{A})]
          - slides: https://x.org/s
          - dev guide: https://x.org/d
          - [Code](https://github.com/x/y)
          - 官方文档：https://x.org/zh
    """)
    assert [role for role, _ in roles(entry)] == ["paper", "slides", "docs", "code", "docs"]
    assert entry.annotation == ""


def test_several_papers_under_words_are_entries_with_that_parent() -> None:
    words, first, second = entries(f"""
        - Compilers worth knowing
          - paper: https://arxiv.org/abs/{A}, https://x.org/other.pdf
          - repo: https://github.com/x/y, https://github.com/x/z
    """)
    assert words.title == "Compilers worth knowing"
    assert [role for role, _ in roles(words)] == ["code", "code"]
    assert words.identifiers == {}
    assert first.parent == second.parent == 0
    assert (first.identifiers["arxiv"], second.identifiers["url"]) == (A, "https://x.org/other.pdf")


def test_one_paper_under_words_is_the_paper_of_those_words() -> None:
    entry = only(f"- A Tale\n  - paper: https://arxiv.org/abs/{A}")
    assert (entry.title, entry.identifiers["arxiv"]) == ("A Tale", A)


def test_a_nested_title_with_a_link_is_an_entry_that_names_its_parent() -> None:
    parent, child = entries(f"""
        - Fire [[paper](https://arxiv.org/abs/{A})]
          - Fire for People [[thesis](https://x.org/thesis.pdf)]
    """)
    assert (child.title, child.parent) == ("Fire for People", 0)
    assert child.links[0].role == "thesis"
    assert len(parent.links) == 1


def test_a_bare_nested_link_is_an_entry_with_that_parent() -> None:
    words, child = entries("- Lists of papers\n  - https://x.org/list")
    assert (words.title, child.title, child.parent) == ("Lists of papers", None, 0)


def test_a_link_in_a_nested_sentence_is_said_of_the_parent() -> None:
    entry = only("""
        - Fire [[link](https://x.org/fire)]
          - lets one use libraries (such as [Torch](https://torch.example.org)) at once
          - needs [Kindling](https://github.com/x/kindling) to run
    """)
    assert "such as [Torch]" in entry.annotation
    assert roles(entry)[1:] == [("code", "https://github.com/x/kindling")]


def test_a_link_without_a_title_of_its_own_is_its_parents() -> None:
    entry = only("- **Fire Tutorials**\n  - [Fire Documentation](https://fire.example.org/docs)")
    assert roles(entry) == [("docs", "https://fire.example.org/docs")]


def test_headings_are_sections_and_the_only_first_one_is_the_title() -> None:
    found = lists("""
        # Things to read
        ## Papers
        - One
        ### Old ones
        - Two
        ## Books
        - Three
    """)
    assert found.title == "Things to read"
    assert [entry.section for entry in found.entries] == [
        ["Papers"], ["Papers", "Old ones"], ["Books"],
    ]  # fmt: skip


def test_the_first_of_several_top_headings_is_a_section() -> None:
    found = lists("# Papers\n- One\n\n# Books\n- Two")
    assert found.title is None
    assert [entry.section for entry in found.entries] == [["Papers"], ["Books"]]


def test_headings_in_bold_and_in_html_are_sections_too() -> None:
    found = entries("**Papers**\n\n- One\n\n<h2 align='center'>Books</h2>\n\n- Two")
    assert [entry.section for entry in found] == [["Papers"], ["Books"]]


def test_a_quote_right_after_a_bullet_is_said_of_it() -> None:
    one, two = entries("""
        - One
          - a note

        > # No section
        >
        > - no [entry](https://x.org/no)

        - Two
    """)
    assert one.annotation == "- a note\n\n> # No section\n>\n> - no [entry](https://x.org/no)"
    assert (two.annotation, two.section) == ("", [])


def test_a_quote_after_a_nested_role_is_the_parents() -> None:
    entry = only("- One [[link](https://x.org)]\n  - slides: https://x.org/s\n\n> Good.")
    assert entry.annotation == "> Good."


def test_a_quote_with_nothing_before_it_is_left_alone() -> None:
    found = entries("## Papers\n\n> Read all of it.\n\n- One\n\nWords between.\n\n> Another.")
    assert [entry.annotation for entry in found] == [""]


def test_annotations_keep_their_nesting_their_script_and_their_code() -> None:
    entry = only("""
        - One
          - 说明了问题
            - مرحبا

          ```python
          print("one")
          ```
    """)
    assert entry.annotation == '- 说明了问题\n  - مرحبا\n\n```python\nprint("one")\n```'


@pytest.mark.parametrize(
    "text",
    [
        "- One\n\n  - a note\n- Two",
        "- One\n      - a note\n- Two",
        "1. One\n  - a note\n2. Two",
        "-   One\n  - a note\n-   Two",
        "- One\n\n\n      - a note\n- Two",
        "* One\n\t* a note\n* Two",
    ],
)
def test_a_child_indented_in_any_way_is_its_parents(text: str) -> None:
    one, two = entries(text)
    assert (one.title, two.title) == ("One", "Two")
    assert one.annotation[2:] == "a note"


def test_tables_of_contents_and_badges_are_no_entries() -> None:
    found = lists("""
        # List
        [![Build](https://img.shields.io/b.svg)](https://ci.example.org)

        ## Contents
        - [Papers](#papers)
          - [Old](#old)

        ## Papers
        - [![Awesome](https://awesome.re/badge.svg)](https://awesome.re)
        - [One](https://x.org/one)
    """)
    assert [entry.title for entry in found.entries] == ["One"]
    assert found.offered == []


def test_a_badge_that_leads_to_a_paper_is_its_link() -> None:
    entry = only(
        f"- A Tale [![arXiv](https://img.shields.io/badge/a.svg)](https://arxiv.org/abs/{A})"
    )
    assert (entry.title, entry.identifiers["arxiv"]) == ("A Tale", A)


def test_links_between_notes_are_words() -> None:
    entry = only("- [[Compiler Projects]] - Practical applications")
    assert (entry.title, entry.annotation) == ("Compiler Projects", "Practical applications")


def test_rows_of_a_table_are_entries() -> None:
    found = entries(f"""
        | Paper Title | Code | Venue | Year | Remarks |
        |---|---|---|---|---|
        | [One](https://arxiv.org/abs/{A}) | [GitHub](https://github.com/x/y) | ICML | 2020 | good |
        | Two | | | 2021 | |
    """)
    one, two = found
    assert [role for role, _ in roles(one)] == ["paper", "code"]
    assert (one.venue, one.year, one.annotation) == ("ICML", 2020, "Remarks: good")
    assert (two.title, two.year, two.identifiers) == ("Two", 2021, {})


def test_the_same_work_in_two_sections_stays_in_both() -> None:
    bullet = f"- [One](https://arxiv.org/abs/{A})"
    found = lists(f"## First\n{bullet}\n\n## Second\n{bullet}")
    assert [entry.section for entry in found.entries] == [["First"], ["Second"]]
    assert found.problems == []


def test_the_same_bullet_twice_in_a_section_is_kept_and_said() -> None:
    bullet = f"- [One](https://arxiv.org/abs/{A})"
    found = lists(f"## First\n{bullet}\n{bullet}")
    assert len(found.entries) == 2
    assert [(problem.line, problem.severity) for problem in found.problems] == [(3, "warning")]


def test_links_in_prose_are_offered() -> None:
    found = lists("# List\n\nSee [this handbook](https://x.org/guide).\n\n## Papers\n- One")
    [offered] = found.offered
    assert (offered.title, offered.line, offered.identifiers) == (
        "this handbook", 3, {"url": "https://x.org/guide"},
    )  # fmt: skip
    assert [entry.title for entry in found.entries] == ["One"]


def test_beside_a_schedule_only_lists_of_readings_are_taken() -> None:
    found = lists(
        f"""
        # Course
        ## Staff
        - [Ann](https://x.org/ann), Room 7
        - Office hours: Monday

        ## Schedule
        | Date | Topic |
        |---|---|
        | Jan 8 | [Intro](https://x.org/intro) |

        ## Grading
        - Presentation: 50%

        ## Further reading
        - A book without a link

        ## More
        - [One](https://arxiv.org/abs/{A})
        - [Two](https://arxiv.org/abs/{B})

        | Title | Paper |
        |---|---|
        | Three | [pdf](https://arxiv.org/pdf/{C}) |
        """,
        schedule_tables=(7,),
    )
    assert [entry.title for entry in found.entries] == [
        "A book without a link", "One", "Two", "Three",
    ]  # fmt: skip
    assert [entry.title for entry in found.offered] == ["Ann"]


def test_relative_links_are_kept_as_words_and_counted() -> None:
    text = f"- One [[paper](https://arxiv.org/abs/{A})] [[slides](./one.pdf)]"
    addresses = Addresses()
    [entry] = read_lists(text, read_markdown(text), schedule_tables=(), addresses=addresses).entries
    assert len(entry.links) == 1
    assert entry.annotation == "[slides](./one.pdf)"
    assert len(addresses.problems) == 1


def test_relative_links_lead_somewhere_beside_a_known_address() -> None:
    found = lists("- One [[slides](./one.pdf)]", base_url="https://x.org/list/README.md")
    assert roles(found.entries[0]) == [("slides", "https://x.org/list/one.pdf")]


def test_a_list_that_is_too_long_ends_with_one_problem() -> None:
    found = lists("\n".join(f"- [Work {n}](https://x.org/{n})" for n in range(5_010)))
    assert len(found.entries) == 5_000
    [problem] = found.problems
    assert (problem.line, problem.message) == (5_001, "Only the first 5,000 entries were read.")


def test_mojibake_no_break_spaces_and_marks_stay_as_they_are() -> None:
    entry = only("-\u00a0â†’ One\u00a0two\n  - naÃ¯ve")
    assert entry.title == "â†’ One two"
    assert entry.annotation == "- naÃ¯ve"


def test_a_bibliography_is_a_list() -> None:
    first, second = entries("""
        ## References
        [1] Lee, Ann, et al. "A Tale of Some Tensors." OSDI (2018). [[pdf]](https://x.org/a.pdf)

        **[2]** Roe, B. *Tales of Fires*. Springer 2006. https://x.org/b.pdf **(FireNet)** :star:
    """)
    assert (first.title, first.authors, first.venue, first.year) == (
        "A Tale of Some Tensors", "Lee, Ann, et al.", "OSDI", 2018,
    )  # fmt: skip
    assert (second.title, second.authors, second.venue, second.year) == (
        "Tales of Fires", "Roe, B.", "Springer", 2006,
    )  # fmt: skip
    assert second.annotation == "**(FireNet)** :star:"


def test_names_above_a_venue_are_authors_and_alone_are_words() -> None:
    cited, said = entries("""
        - **A Tale of Tensors**
          - Ann Lee, Bo Roe
          - NeurIPS 2023
          - [[Paper](https://x.org/a.pdf)]
        - **Topics to know**
          - Deep Learning, Computer Vision
    """)
    assert (cited.authors, cited.venue, cited.year) == ("Ann Lee, Bo Roe", "NeurIPS", 2023)
    assert (said.authors, said.annotation) == (None, "- Deep Learning, Computer Vision")


def test_lines_below_a_title_are_read_for_themselves() -> None:
    first, second = entries(f"""
        - A Tale of Tensors
          *Authors: A. Lee, B. Roe*
          [paper](https://arxiv.org/abs/{A}) | [website](https://tale.example.org)
        - A Tale of Fires<br>About fires.<br>[pdf](https://x.org/b.pdf)
    """)
    assert (first.title, first.authors) == ("A Tale of Tensors", "A. Lee, B. Roe")
    assert [role for role, _ in roles(first)] == ["paper", "other"]
    assert (second.title, second.annotation) == ("A Tale of Fires", "About fires.")


def test_an_id_as_the_words_of_a_link_is_no_title() -> None:
    assert only(f"- [{A}](https://arxiv.org/abs/{A})").title is None
    assert only(f"- [{A}](https://arxiv.org/abs/{A}) A Tale").title == "A Tale"


def test_sections_do_not_stand_under_the_heading_of_the_contents() -> None:
    [entry] = entries("# L\n## Contents\n- [Papers](#papers)\n\n### Papers\n- One")
    assert entry.section == ["Papers"]


def test_nested_paragraphs_give_links_and_words_to_their_bullet() -> None:
    entry = only(f"""
        - **A Tale of Tensors**

          [paper](https://arxiv.org/abs/{A}) [code](https://github.com/x/y)

          It tells of [tensors](https://tensors.example.org).
    """)
    assert [role for role, _ in roles(entry)] == ["paper", "code"]
    assert entry.identifiers["arxiv"] == A
    assert entry.annotation == "It tells of [tensors](https://tensors.example.org)."
