"""What words say that there is no class: "Labor Day (Holiday)", "Fall recess".  Pure."""

from __future__ import annotations

import re
from typing import Final

_DAY_OFF: Final = re.compile(
    r"\b(?:holidays?"
    r"|no (?:class(?:es)?|meeting|seminar|lecture|session)"
    r"|(?:spring|fall|autumn|winter|summer|study|semester|mid-?term|mid-?semester|thanksgiving"
    r"|christmas|easter|reading|holiday|term)\s+(?:study\s+)?(?:break|recess|vacation)"
    r"|(?:labou?r|martin luther king(?:,? jr\.?)?|mlk(?:,? jr\.?)?|presidents?['’]?s?['’]?"
    r"|memorial|independence|veterans['’]?|columbus|indigenous peoples?['’]?s?['’]?"
    r"|thanksgiving|christmas|new year['’]?s|good fri|ascension|whit mon|easter mon|boxing)"
    r"\s*day"
    r"|juneteenth"
    r"|thanksgiving"
    r"|bank holiday)\b",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(r"\W*(?:break|recess|vacation|off)\W*", re.IGNORECASE)
_MARK: Final = re.compile(r"\s*[\(\[]\s*(?:public\s+|university\s+)?holidays?\s*[\)\]]", re.I)


def says_day_off(words: str) -> bool:
    """Whether ``words`` name a holiday, a break, or say that there is no class."""
    return bool(_DAY_OFF.search(words) or _WHOLE.fullmatch(words))


def without_holiday_mark(words: str) -> str:
    """``Labor Day`` for ``Labor Day (Holiday)``: the status says the rest."""
    return _MARK.sub("", words).strip()
