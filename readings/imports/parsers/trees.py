"""YAML, TOML and JSON as one kind of tree, whose nodes know their lines.

The tree has no more than ``MAX_NODES`` nodes, however much an alias repeats ("billion laughs"), and
is no deeper than ``MAX_DEPTH``.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

import yaml

from readings.imports.understood import Problem

MAX_DEPTH = 50
MAX_NODES = 1_000_000
_NESTING = re.compile(rf"[\[\]{{}}]|(?:[-?:][ \t]+){{{MAX_DEPTH}}}| {{5000}}")
_TOML_KEY = r"""["']?([\w-]+)["']?[ \t]*=|^[ \t]*\[\[?(?:[^\]\n]*\.)?["' ]*([\w-]+)["' ]*\]"""
# libyaml's parser where PyYAML was built with it: the same nodes in a tenth of the time.  Only the
# composer is used, so that no value is ever made.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Leaf:
    """A scalar as it is written, empty for null."""

    text: str
    line: int


@dataclass
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass
class Mapping:
    """Keys in order, each once; the keys are as written."""

    line: int
    items: dict[str, Node] = field(default_factory=dict)


Node = Leaf | Sequence | Mapping


class UnreadableError(Exception):
    """The text is not of the format; the problem says where and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(max(line, 1), "error", message)


@dataclass
class Tree:
    """The root, and what was wrong below it."""

    root: Node
    problems: list[Problem] = field(default_factory=list)


def read_yaml(text: str, first_line: int = 1) -> Tree:
    """The tree of a YAML document; of several in one text, a list of theirs."""
    _refuse_deep(text, first_line)
    try:
        documents = [node for node in yaml.compose_all(text, Loader=_Loader) if node is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        reason = (error.problem or error.context or "it cannot be read").replace("\n", " ")
        raise UnreadableError(line, f"This is not correct YAML: {reason[:200]}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableError(first_line, "This is not correct YAML.") from error
    builder = _YamlBuilder(first_line)
    roots = [builder.build(document, 0) for document in documents]
    root = roots[0] if len(roots) == 1 else Sequence(first_line, roots)
    return Tree(root, builder.problems)


def read_toml(text: str, first_line: int = 1) -> Tree:
    """The tree of a TOML document."""
    for number, line in enumerate(text.split("\n")):
        if line.partition("=")[0].count(".") > MAX_DEPTH and "=" in line:
            raise UnreadableError(first_line + number, "This is nested too deeply to be read.")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        at_end = text.count("\n")
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise UnreadableError(
            first_line + (int(place[1]) - 1 if place else at_end),
            f"This is not correct TOML: {reason[:200]}.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableError(first_line, "This is not correct TOML.") from error
    return _tree_of(values, _KeyLines(text, first_line, _TOML_KEY))


def read_json(text: str) -> Tree:
    """The tree of a JSON document."""
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError(error.lineno, f"This is not correct JSON: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise UnreadableError(1, "This is not correct JSON.") from error
    return _tree_of(values, _KeyLines(text, 1, r'"([^"\\\n]{1,80})"\s*:'))


def _refuse_deep(text: str, first_line: int) -> None:
    """Refuse what would make the parser recurse without end: ``[[[[...``, ``- - - -...``."""
    depth = 0
    for match in _NESTING.finditer(text):
        character = match.group()
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth = max(0, depth - 1)
        if depth > 4 * MAX_DEPTH or len(character) > 1:
            line = first_line + text.count("\n", 0, match.start())
            raise UnreadableError(line, "This is nested too deeply to be read.")


class _YamlBuilder:
    """Makes a tree of PyYAML's nodes, an alias being what it stands for."""

    def __init__(self, first_line: int) -> None:
        self.first_line, self.left = first_line, MAX_NODES
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, depth: int) -> Node:
        line = self.first_line + node.start_mark.line
        self.left -= 1
        if self.left < 0:
            raise UnreadableError(line, "This YAML repeats itself without end and was not read.")
        if depth > MAX_DEPTH:
            raise UnreadableError(line, "This is nested too deeply to be read.")
        if isinstance(node, yaml.ScalarNode):
            is_null = node.style is None and node.value in {"~", "null", "Null", "NULL"}
            return Leaf("" if is_null else str(node.value), line)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(line, [self.build(item, depth + 1) for item in node.value])
        mapping = Mapping(line)
        for key_node, value in node.value:
            key_line = self.first_line + key_node.start_mark.line
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if key in mapping.items:
                message = f"“{key[:80]}” is there twice; the first was taken."
                self.problems.append(Problem(key_line, "warning", message))
            else:
                mapping.items[key] = self.build(value, depth + 1)
        return mapping


class _KeyLines:
    """On which lines keys stand, for parsers that do not tell: asked for in document order."""

    def __init__(self, text: str, first_line: int, pattern: str) -> None:
        self.positions: dict[str, list[int]] = {}
        self.cursor = 0
        self.first_line = first_line
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        for match in re.finditer(pattern, text, re.MULTILINE):
            key = next(group for group in match.groups() if group is not None)
            self.positions.setdefault(key, []).append(match.start())

    def find(self, key: str) -> int:
        """The line of the next ``key``; the line before where there is none."""
        positions = self.positions.get(key, [])
        place = bisect_left(positions, self.cursor)
        if place < len(positions):
            self.cursor = positions[place] + 1
        return self.line

    @property
    def line(self) -> int:
        """The line of the key that was found last."""
        return self.first_line + max(bisect_right(self.starts, max(self.cursor - 1, 0)) - 1, 0)


def _tree_of(values: object, lines: _KeyLines, depth: int = 0) -> Tree:
    try:
        return Tree(_node_of(values, lines, depth))
    except ValueError as error:  # a number of more digits than Python will write
        raise UnreadableError(lines.line, "A number here is too long to be read.") from error


def _node_of(value: object, lines: _KeyLines, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise UnreadableError(lines.line, "This is nested too deeply to be read.")
    if isinstance(value, dict):
        mapping = Mapping(0)
        for key, below in value.items():
            line = lines.find(str(key))
            mapping.line = mapping.line or line
            mapping.items[str(key)] = _node_of(below, lines, depth + 1)
        mapping.line = mapping.line or lines.line
        return mapping
    if isinstance(value, list):
        sequence = Sequence(lines.line)
        sequence.items = [_node_of(item, lines, depth + 1) for item in value]
        return sequence
    if value is None:
        return Leaf("", lines.line)
    return Leaf(str(value).lower() if isinstance(value, bool) else str(value), lines.line)
