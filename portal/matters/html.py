"""Legal texts as accessible HTML, the twin of what a packet prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from portal.matters.documents import Block, Clause, Document, ListBlock, Paragraph, Run, Slot

SlotRenderer = Callable[[str], Markup]
PLAIN_HEADING = "{number}. {title}"


def document_html(
    document: Document,
    slot: SlotRenderer,
    *,
    level: int = 2,
    clause_heading: str = PLAIN_HEADING,
    prefix: str = "",
) -> Markup:
    """The whole document as one article; its title is a heading of `level`, its clauses one below.

    `slot` gives the HTML of a slot by its name; `prefix` keeps ids apart where a text stands twice on a page.
    """
    anchor = f"{prefix}{document.id}-{document.lang}"
    parts = [Markup('<h{0} id="{1}">{2}</h{0}>').format(level, anchor, document.title)]
    parts.append(blocks_html(document.preamble, slot))
    for clause in document.clauses:
        parts.append(clause_html(clause, slot, anchor=anchor, level=level + 1, clause_heading=clause_heading))
    return Markup('<article class="legal-text" lang="{0}" aria-labelledby="{1}">\n{2}\n</article>').format(
        document.lang, anchor, Markup("\n").join(parts)
    )


def clause_html(
    clause: Clause, slot: SlotRenderer, *, anchor: str, level: int = 3, clause_heading: str = PLAIN_HEADING
) -> Markup:
    """One clause as a section, for pages that set two languages side by side."""
    clause_id = f"{anchor}-{clause.number}"
    heading = clause_heading.format(number=clause.number, title=clause.title)
    return Markup(
        '<section class="clause" aria-labelledby="{0}">\n<h{1} id="{0}">{2}</h{1}>\n{3}\n</section>'
    ).format(clause_id, level, heading, blocks_html(clause.blocks, slot))


def blocks_html(blocks: Iterable[Block], slot: SlotRenderer) -> Markup:
    """Paragraphs, lists and slots in order."""
    return Markup("\n").join(_block(block, slot) for block in blocks)


def _block(block: Block, slot: SlotRenderer) -> Markup:
    match block:
        case Paragraph(runs):
            return Markup("<p>{}</p>").format(_runs(runs))
        case ListBlock():
            return _list(block)
        case Slot(name):
            return Markup('<div class="slot slot-{}">{}</div>').format(name.replace("_", "-"), slot(name))


def _list(block: ListBlock) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(_runs(item)) for item in block.items)
    if not block.ordered:
        return Markup("<ul>{}</ul>").format(items)
    start = Markup(' start="{}"').format(block.start) if block.start != 1 else Markup("")
    return Markup("<ol{}>{}</ol>").format(start, items)


def _runs(runs: Iterable[Run]) -> Markup:
    return Markup("").join(_run(run) for run in runs)


def _run(run: Run) -> Markup:
    text = escape(run.text)
    if run.italic:
        text = Markup("<em>{}</em>").format(text)
    if run.bold:
        text = Markup("<strong>{}</strong>").format(text)
    return text
