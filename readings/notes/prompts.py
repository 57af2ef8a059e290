"""What a note asks, and what somebody answered.  Pure.

A prompt is a value that is stored as JSON in a version of a template and never changed there.
Answers are a mapping from a prompt's key to a value whose shape depends on the kind of prompt:

=========  ==========================================  ==========================
kind       stored value                                form fields
=========  ==========================================  ==========================
long       text (Markdown)                             ``answer-KEY``
short      text                                        ``answer-KEY``
question   text: goes to the class                     ``answer-KEY``
link       an http(s) address                          ``answer-KEY``
scale      int, 1 is the first label                   ``answer-KEY``
yes_no     bool                                        ``answer-KEY`` (yes, no)
quote      ``{"text": text, "page": int or None}``     ``answer-KEY``, ``-page``
pairs      ``[{"q": text, "a": text}, ...]``           ``answer-KEY-q-N``, ``-a-N``
file       nothing: attachments are rows               none
=========  ==========================================  ==========================

An answer that says nothing is not in the mapping.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db.models import TextChoices

MAX_LINK: Final = 2000
MAX_PAGE: Final = 100_000
MAX_PAIRS: Final = 20
_WORD: Final = re.compile(r"\S+")

Answers = Mapping[str, Any]


class PromptKind(TextChoices):
    LONG = "long", "Long text"
    SHORT = "short", "Short text"
    SCALE = "scale", "Scale"
    YES_NO = "yes_no", "Yes or no"
    QUESTION = "question", "Question for class"
    QUOTE = "quote", "Quote with page"
    LINK = "link", "Link"
    FILE = "file", "File"
    PAIRS = "pairs", "Questions and answers"


COUNTS_WORDS: Final = frozenset({PromptKind.LONG, PromptKind.SHORT, PromptKind.QUESTION})


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that a note asks for."""

    key: str  # names its answer; stays when the words of the prompt change
    kind: PromptKind
    text: str  # "What are the strengths of this paper?"
    help: str = ""
    required: bool = False
    fewest_words: int | None = None  # a hint: nobody is refused for one word
    most_words: int | None = None
    labels: tuple[str, ...] = ()  # of a scale, from its first step to its last
    fewest: int = 1  # pairs
    most: int = MAX_PAIRS
    role: str = ""  # asked of whoever has this seat; empty: of everybody
    one_of: str = ""  # of the prompts with the same word here, one has to be answered

    def as_json(self) -> dict[str, Any]:
        """What is stored of it: everything that differs from the defaults."""
        values = asdict(self) | {"kind": self.kind.value, "labels": list(self.labels)}
        return {name: value for name, value in values.items() if value != _DEFAULTS.get(name)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Prompt:
        """The prompt that ``as_json`` stored."""
        values = dict(stored) | {
            "kind": PromptKind(stored["kind"]),
            "labels": tuple(stored.get("labels", ())),
        }
        return cls(**values)


_DEFAULTS: Final[dict[str, Any]] = {
    "help": "", "required": False, "fewest_words": None, "most_words": None, "labels": [],
    "fewest": 1, "most": MAX_PAIRS, "role": "", "one_of": "",
}  # fmt: skip

#: What a course asks that has no template: anything.
FREE_TEXT: Final = (Prompt(key="text", kind=PromptKind.LONG, text="Your note"),)


def for_role(prompts: Iterable[Prompt], role: str) -> tuple[Prompt, ...]:
    """The prompts that somebody on the seat ``role`` is asked; empty: has no seat."""
    return tuple(prompt for prompt in prompts if prompt.role in ("", role))


# --- What was sent, and what is stored -----------------------------------------------------------


def field_name(key: str) -> str:
    """The name of the first form field of an answer."""
    return f"answer-{key}"


def read_answers(prompts: Iterable[Prompt], sent: Mapping[str, str]) -> dict[str, Any]:
    """The answers in the fields of a form; what cannot be understood is kept as far as it can.

    A draft is never refused for what stands in it: a page that is no number is no page, a step
    that the scale does not have is none.  ``problems`` says what is missing when it is submitted.
    """
    found = {}
    for prompt in prompts:
        value = _read(prompt, sent)
        if value is not None:
            found[prompt.key] = value
    return found


def _read(prompt: Prompt, sent: Mapping[str, str]) -> Any:
    name = field_name(prompt.key)
    text = clean_text(sent.get(name, ""))
    match prompt.kind:
        case PromptKind.SCALE:
            step = _number(text, most=len(prompt.labels))
            return step or None
        case PromptKind.YES_NO:
            return {"yes": True, "no": False}.get(text)
        case PromptKind.QUOTE:
            page = _number(sent.get(f"{name}-page", ""), most=MAX_PAGE)
            return {"text": text, "page": page} if text.strip() or page else None
        case PromptKind.PAIRS:
            pairs = [
                {
                    "q": clean_text(sent.get(f"{name}-q-{number}", "")),
                    "a": clean_text(sent.get(f"{name}-a-{number}", "")),
                }
                for number in range(MAX_PAIRS)
            ]
            return [pair for pair in pairs if any(map(str.strip, pair.values()))] or None
        case PromptKind.FILE:
            return None
        case _:
            return text if text.strip() else None


def _number(text: str, *, most: int) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return int(text) if 1 <= int(text) <= most else None


def clean_text(text: str) -> str:
    """Line ends as one character; no NUL, which PostgreSQL cannot keep."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def as_fields(prompts: Iterable[Prompt], answers: Answers) -> dict[str, str]:
    """The fields of the form that holds ``answers``: the reverse of ``read_answers``."""
    fields: dict[str, str] = {}
    for prompt in prompts:
        name = field_name(prompt.key)
        value = answers.get(prompt.key)
        match prompt.kind:
            case PromptKind.FILE:
                continue
            case PromptKind.QUOTE:
                fields[name] = value["text"] if value else ""
                fields[f"{name}-page"] = str(value["page"] or "") if value else ""
            case PromptKind.PAIRS:
                for number, pair in enumerate(value or ()):
                    fields[f"{name}-q-{number}"] = pair["q"]
                    fields[f"{name}-a-{number}"] = pair["a"]
            case PromptKind.YES_NO:
                fields[name] = "" if value is None else "yes" if value else "no"
            case _:
                fields[name] = "" if value is None else str(value)
    return fields


def tidied(prompts: Sequence[Prompt], answers: Answers) -> dict[str, Any]:
    """The answers as a form would have sent them: nothing empty, nothing that was not asked."""
    return read_answers(prompts, as_fields(prompts, answers))


def length_of(answers: Answers) -> int:
    """Characters in all answers."""
    return sum(map(len, _texts(answers)))


def longest_answer(prompts: Sequence[Prompt], answers: Answers) -> str:
    """What the longest of several answers answers; empty where only one thing is asked."""
    if len(prompts) < 2:
        return ""
    lengths = {prompt.text: length_of({prompt.key: answers.get(prompt.key)}) for prompt in prompts}
    return max(lengths, key=lengths.__getitem__)


def says_something(answers: Answers) -> bool:
    """Whether anything was answered, as far as one can tell without the prompts."""
    chosen = any(isinstance(value, bool | int) for value in answers.values())
    return chosen or any(clean_text(text).strip() for text in _texts(answers))


def _texts(answers: Answers) -> list[str]:
    found: list[str] = []
    for value in answers.values():
        match value:
            case str():
                found.append(value)
            case {"text": text}:
                found.append(text)
            case list():
                found += [text for pair in value for text in pair.values()]
    return found


def words_in(text: str) -> int:
    """How many words a text has, as an editor counts them."""
    return len(_WORD.findall(text))


def words_hint(prompt: Prompt) -> str:
    """How long an answer should be, in words of ours; empty: as long as one likes."""
    fewest, most = prompt.fewest_words, prompt.most_words
    if prompt.kind not in COUNTS_WORDS or (fewest is None and most is None):
        return ""
    if fewest is not None and most is not None:
        return f"{fewest}–{most} words"
    return f"at least {fewest} words" if most is None else f"at most {most} words"


# --- What is missing -----------------------------------------------------------------------------


def problems(prompts: Sequence[Prompt], answers: Answers, files: Collection[str]) -> dict[str, str]:
    """What keeps ``answers`` from being submitted: key to a sentence; empty: nothing.

    ``files`` are the keys of prompts to which something is attached.
    """
    found = {}
    given = {prompt.key for prompt in prompts if prompt.key in answers or prompt.key in files}
    for prompt in prompts:
        problem = _problem(prompt, answers.get(prompt.key), is_given=prompt.key in given)
        if problem:
            found[prompt.key] = problem
    for word in dict.fromkeys(prompt.one_of for prompt in prompts if prompt.one_of):
        choices = [prompt for prompt in prompts if prompt.one_of == word]
        if not any(prompt.key in given for prompt in choices):
            found[choices[0].key] = f"Answer this or “{choices[-1].text}”."
    return found


def _problem(prompt: Prompt, value: Any, *, is_given: bool) -> str:
    if not is_given:
        return _MISSING.get(prompt.kind, "This needs an answer.") if prompt.required else ""
    match prompt.kind:
        case PromptKind.LINK:
            if not is_web_address(value):
                return "This is no web address: it has to begin with https:// or http://."
        case PromptKind.QUOTE:
            if not value["text"].strip():
                return "The page is there, but not the words."
            if prompt.required and value["page"] is None:
                return "Say on which page it stands."
        case PromptKind.PAIRS:
            return _problem_of_pairs(prompt, value)
    return ""


def _problem_of_pairs(prompt: Prompt, pairs: Sequence[Mapping[str, str]]) -> str:
    if any(not pair["q"].strip() or not pair["a"].strip() for pair in pairs):
        return "Each question needs its answer, and each answer its question."
    if len(pairs) < prompt.fewest:
        return f"{len(pairs)} of at least {prompt.fewest} questions with their answers."
    if len(pairs) > prompt.most:
        return f"{len(pairs)} questions; there may be {prompt.most}."
    return ""


_MISSING: Final = {
    PromptKind.FILE: "Attach a file.",
    PromptKind.SCALE: "Choose one.",
    PromptKind.YES_NO: "Say yes or no.",
    PromptKind.LINK: "This needs a link.",
}


def is_web_address(text: str) -> bool:
    """Whether a link to ``text`` can be shown."""
    return (
        len(text) <= MAX_LINK
        and re.fullmatch(r"https?://[^\s/?#]+\.?[^\s]*", text.strip(), re.IGNORECASE) is not None
    )


# --- Written out ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """One answer, written out: ``heading`` is plain text, ``markdown`` what was answered."""

    key: str
    kind: PromptKind
    heading: str
    markdown: str


def pieces(
    prompts: Sequence[Prompt], answers: Answers, files: Mapping[str, Sequence[tuple[str, str]]]
) -> list[Piece]:
    """The given answers in the order of their prompts, each as Markdown.

    ``files``: key to the names and addresses of what is attached.
    """
    found = []
    for prompt in prompts:
        if prompt.kind == PromptKind.FILE:
            text = "\n".join(
                f"- [{_plain(name)}]({url})" for name, url in files.get(prompt.key, ())
            )
        else:
            text = _markdown(prompt, answers[prompt.key]) if prompt.key in answers else ""
        if text:
            found.append(Piece(prompt.key, prompt.kind, prompt.text, text))
    return found


def _markdown(prompt: Prompt, value: Any) -> str:
    match prompt.kind:
        case PromptKind.SCALE:
            label = prompt.labels[value - 1] if value <= len(prompt.labels) else ""
            words = "" if label == str(value) or not label else f": {_plain(label)}"
            return f"**{value}** of {len(prompt.labels)}{words}"
        case PromptKind.YES_NO:
            return "Yes" if value else "No"
        case PromptKind.QUOTE:
            quoted = "\n".join(f"> {line}" for line in value["text"].strip().split("\n"))
            return f"{quoted}\n\n(p. {value['page']})" if value["page"] else quoted
        case PromptKind.PAIRS:
            return "\n\n".join(
                f"**{number}.** {pair['q']}\n\n{pair['a']}"
                for number, pair in enumerate(value, start=1)
            )
        case PromptKind.LINK:
            address = html.escape(value.strip(), quote=False)
            return f"<{address}>" if is_web_address(value) else _plain(value)
        case _:
            return str(value)


def _plain(text: str) -> str:
    """A text whose characters mean nothing in Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$-])", r"\\\1", text)


def as_text(found: Sequence[Piece], prompts: Sequence[Prompt]) -> str:
    """The whole note as one text, for comparing and searching; without a template just the text."""
    if tuple(prompts) == FREE_TEXT:
        return "".join(piece.markdown for piece in found)
    return "\n\n".join(f"### {piece.heading}\n\n{piece.markdown}" for piece in found)
