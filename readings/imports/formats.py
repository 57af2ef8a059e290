"""What sort of document a text is: told by what stands in it, its file's name being a hint.  Pure."""

from __future__ import annotations

UNKNOWN = "unknown"
MARKDOWN = "markdown"
MARKDOWN_TABLE = "markdown-table"
MARKDOWN_LIST = "markdown-list"
MARKDOWN_DEFINITIONS = "markdown-definitions"
YAML, TOML, CSV, HTML = "yaml", "toml", "csv", "html"
BIBTEX, RIS, CSL_JSON, LINKS = "bibtex", "ris", "csl-json", "links"

#: What a person may say a document is, and the words for it.
FORMATS = (
    (MARKDOWN, "Markdown"),
    (MARKDOWN_TABLE, "Markdown: a schedule only"),
    (MARKDOWN_LIST, "Markdown: a reading list only"),
    (MARKDOWN_DEFINITIONS, "Markdown: a schedule of dated definitions"),
    (YAML, "YAML"),
    (TOML, "TOML"),
    (CSV, "CSV"),
    (HTML, "HTML"),
    (BIBTEX, "BibTeX"),
    (RIS, "RIS"),
    (CSL_JSON, "CSL-JSON (Zotero)"),
    (LINKS, "Links or ids, one a line"),
)
LABELS = {**dict(FORMATS), UNKNOWN: "nothing known"}
