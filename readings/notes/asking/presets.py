"""Templates to start from.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readings.notes.prompts import FREE_TEXT, Prompt, PromptKind


@dataclass(frozen=True)
class Preset:
    """A ready template; nobody's notes depend on it once it was chosen."""

    key: str
    name: str
    about: str  # one sentence: for which kind of course
    prompts: tuple[Prompt, ...]
    roles: tuple[str, ...] = ()


_LONG, _SHORT, _SCALE = PromptKind.LONG, PromptKind.SHORT, PromptKind.SCALE

SUMMARY: Final = Preset(
    "summary",
    "Summary, strengths, weaknesses, questions",
    "The classic: what the paper does, what is good and bad about it, what to talk about.",
    (
        Prompt(
            "summary", _LONG, "What does the paper do, in your own words?",
            help="The problem, the idea, how they show that it works.",
            required=True, fewest_words=80, most_words=250,
        ),
        Prompt("strengths", _LONG, "What is strong about it?", required=True, most_words=150),
        Prompt("weaknesses", _LONG, "What is weak, or missing?", required=True, most_words=150),
        Prompt(
            "question", PromptKind.QUESTION, "What should we talk about in class?",
            help="A question to which you do not know the answer.", required=True,
        ),
    ),
)  # fmt: skip

THREE_QUESTIONS: Final = Preset(
    "questions",
    "Three questions",
    "Short to write, good to discuss: three questions, and where the first one comes from.",
    (
        Prompt(
            "first", PromptKind.QUESTION, "First question",
            help="Something that the paper leaves open, or that you doubt.", required=True,
        ),
        Prompt("second", PromptKind.QUESTION, "Second question", required=True),
        Prompt("third", PromptKind.QUESTION, "Third question", required=True),
        Prompt(
            "passage", PromptKind.QUOTE, "The passage that made you ask",
            help="Copy the words, and say on which page they stand.",
        ),
    ),
)  # fmt: skip

CRITIQUE: Final = Preset(
    "critique",
    "Critique with scores",
    "As on a programme committee: scores with reasons.",
    (
        Prompt(
            "claim", _LONG, "What does the paper claim, and what supports it?",
            required=True, fewest_words=60, most_words=200,
        ),
        Prompt(
            "novelty", _SCALE, "How new is the idea?", required=True,
            labels=("Known before", "A small step", "A clear step", "A new direction"),
        ),
        Prompt(
            "evidence", _SCALE, "How well do the experiments carry the claims?", required=True,
            labels=("Not at all", "In part", "Mostly", "Fully"),
        ),
        Prompt(
            "clarity", _SCALE, "How clearly is it written?", required=True,
            labels=("I got lost", "With effort", "Clear", "A model of its kind"),
        ),
        Prompt(
            "reasons", _LONG, "Why these scores?", help="Point to sections, figures, numbers.",
            required=True, fewest_words=80,
        ),
        Prompt("accept", PromptKind.YES_NO, "Would you accept it?", required=True),
        Prompt("question", PromptKind.QUESTION, "What would you ask the authors?"),
    ),
)  # fmt: skip

ROLES: Final = Preset(
    "roles",
    "Role seats",
    "Everybody reads from one seat, and the seats go round: nobody has one twice before they had "
    "them all.",
    (
        Prompt(
            "gist", _SHORT, "The paper in two sentences", required=True, most_words=60,
        ),
        Prompt(
            "review", _LONG, "Your review: should this have been published?",
            help="Judge claims, experiments and comparisons as if it were not printed yet.",
            required=True, fewest_words=120, role="Reviewer",
        ),
        Prompt(
            "score", _SCALE, "Your recommendation", required=True, role="Reviewer",
            labels=("Reject", "Rather reject", "Rather accept", "Accept"),
        ),
        Prompt(
            "before", _LONG, "On which older work does it stand, and what did it change of it?",
            help="Dig up one source that matters, and read it far enough to compare.",
            required=True, fewest_words=100, role="Archaeologist",
        ),
        Prompt(
            "after", _LONG, "What has been built on it since?", role="Archaeologist",
        ),
        Prompt(
            "next", _LONG, "Which project would you start from here?",
            help="One that is possible only because this paper exists: question, first experiment.",
            required=True, fewest_words=120, role="Researcher",
        ),
        Prompt(
            "tried", _LONG, "What did you try, and what came out?",
            help="A small part of it, run, rebuilt or broken: an afternoon's worth.",
            required=True, fewest_words=80, role="Hacker",
        ),
        Prompt(
            "code", PromptKind.LINK, "Where is the code?", role="Hacker",
        ),
        Prompt(
            "product", _LONG, "Should a company build on it? Argue for it, or against it.",
            help="Who would pay, what it costs to run, what stands in the way.",
            required=True, fewest_words=100, role="Industry expert",
        ),
        Prompt(
            "question", PromptKind.QUESTION, "A question for class, from your seat",
            required=True,
        ),
    ),
    ("Reviewer", "Archaeologist", "Researcher", "Hacker", "Industry expert"),
)  # fmt: skip

AI_LOG: Final = Preset(
    "ai-log",
    "AI log",
    "Reading with an AI at one's side: the conversation, what was asked, and what one learnt.",
    (
        Prompt(
            "log-link", PromptKind.LINK, "Link to the conversation",
            help="One that whoever marks it can open.", one_of="log",
        ),
        Prompt(
            "log-text", _LONG, "The conversation, pasted",
            help="If it cannot be shared by a link.", one_of="log",
        ),
        Prompt(
            "pairs", PromptKind.PAIRS, "The questions that took you further",
            help="Your question and, in your own words, the answer you arrived at.",
            required=True, fewest=5, most=10,
        ),
        Prompt(
            "learnt", _LONG, "What did you learn, and where was the AI wrong?",
            required=True, fewest_words=80,
        ),
    ),
)  # fmt: skip

FREE: Final = Preset("free", "Free text", "One field, and whatever they have to say.", FREE_TEXT)

PRESETS: Final = (SUMMARY, THREE_QUESTIONS, CRITIQUE, ROLES, AI_LOG, FREE)


def find_preset(key: str) -> Preset | None:
    """The preset of that key."""
    return next((preset for preset in PRESETS if preset.key == key), None)
