"""Markdown with maths: what people type, and nothing that harms who reads it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.core.markdown import MAX_FORMULA, render_markdown, render_with_maths


def test_inline_and_display_maths_become_mathml() -> None:
    rendered = render_markdown("Cost is $O(n^2)$ here:\n\n$$\\sum_i x_i$$")
    assert "<msup><mi>n</mi><mn>2</mn></msup>" in rendered
    assert '<math display="block">' in rendered
    assert "$" not in rendered


def test_a_displayed_formula_within_a_paragraph_leaves_no_dollar_signs() -> None:
    rendered = render_markdown("The loss is $$\\sum_i x_i$$ in all.")
    assert 'display="block"' in rendered
    assert "$" not in rendered


@pytest.mark.parametrize(
    "formula",
    [r"\begin{aligned} a &= b \\ c &= d \end{aligned}", r"\operatorname*{arg\,max}_\theta L"],
)
def test_formulas_of_papers_are_understood(formula: str) -> None:
    assert "<math" in render_markdown(f"$${formula}$$")


def test_prices_are_not_maths() -> None:
    assert "<math" not in render_markdown("It costs $5 and then $10 more.")


@pytest.mark.parametrize("wrong", [r"$\frac{$", "$" + "x" * (MAX_FORMULA + 1) + "$"])
def test_wrong_or_endless_formula_is_shown_as_typed(wrong: str) -> None:
    rendered = render_markdown(wrong)
    assert "<math" not in rendered
    assert wrong[1:9] in rendered


def test_structure_is_kept_and_headings_stay_below_the_pages() -> None:
    rendered = render_markdown(
        "# Claim\n\n- one\n- two\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert "<h3>Claim</h3>" in rendered
    assert "<li>one</li>" in rendered
    assert "<td>1</td>" in rendered
    assert "<pre>" in rendered


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://tracker.example/pixel.png)",
    "<a href='https://x.example' style='position:fixed'>x</a>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    r"$\text{<script>alert(1)</script>}$",
    r"$\href{javascript:alert(1)}{x}$",
    '<svg onload="alert(1)">',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_shown_as_text(attack: str) -> None:
    for rendered in (render_markdown(attack), render_with_maths(attack)):
        _assert_harmless(rendered)


def _assert_harmless(rendered: str) -> None:
    tags = re.findall(r"<[^>]*>", rendered)
    for tag in tags:
        assert not re.match(r"</?(script|style|img|svg|iframe|object|form|input)\b", tag, re.I)
        assert not re.search(r"\son\w+\s*=|\sstyle\s*=|javascript:|data:", tag, re.I)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ATTACKS, "$", "$$", "`", "\n", "> ", "- ", "[", "](", "<", ">", "\\"])
        | st.text(max_size=12),
        max_size=12,
    ).map("".join)
)
def test_no_text_at_all_gets_through(text: str) -> None:
    _assert_harmless(render_markdown(text))
    _assert_harmless(render_with_maths(text))


def test_links_open_nothing_of_ours() -> None:
    rendered = render_markdown("[TVM](https://arxiv.org/abs/1802.04799)")
    assert 'href="https://arxiv.org/abs/1802.04799"' in rendered
    assert 'rel="noopener noreferrer nofollow ugc"' in rendered


def test_a_whole_address_is_a_link_and_half_of_one_is_not() -> None:
    rendered = render_markdown("See https://example.org/x_1 and example.org or setup.py.")
    assert rendered.count("<a ") == 1
    assert 'href="https://example.org/x_1"' in rendered


def test_titles_are_tex_and_not_markdown() -> None:
    assert render_with_maths("*Fast* & <b>small</b> $O(n)$").startswith(
        "*Fast* &amp; &lt;b&gt;small&lt;/b&gt; <math>"
    )


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "> " * 20_000 + "x", "$a$ " * 20_000, "*a " * 30_000]
)
def test_hostile_text_takes_no_age(text: str) -> None:
    begun = time.process_time()
    render_markdown(text[:100_000])
    assert time.process_time() - begun < 5
