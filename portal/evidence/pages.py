"""PDFs: reduced to what a page shows. What is kept stands in short lists; everything else goes, known or unknown.

pikepdf's own `sanitize` removes what it knows to be active and leaves forms, annotations and metadata; a list of what
may stay needs no knowledge of each attack.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from itertools import takewhile

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, ObjectSet, Pdf, Stream, String
from PIL import Image

from portal.evidence.harmless import Bounds, Harmless
from portal.evidence.inspect import MediaType
from portal.evidence.pictures import THUMBNAIL_SIDE, thumbnail_of
from portal.evidence.refusals import Broken, Locked, TooDemanding, TooManyPages, TooManyPixels

_CATALOG = frozenset({"/Type", "/Pages", "/Lang", "/OCProperties"})
_TREE = frozenset({"/Type", "/Parent", "/Kids", "/Count", "/Resources", "/MediaBox", "/CropBox", "/Rotate"})
_PAGE = frozenset(
    {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Group", "/UserUnit"}
)
_TRAILER = frozenset({"/Root", "/Size"})
# Keys of a stream's own dictionary (never names of resources) that lead outside, carry a second content, or tell of
# the author: ISO 32000-1 table 5 (F), 89 (Alternates, OPI, Metadata), 95 (Ref, PieceInfo); ISO 32000-2 14.13 (AF).
_STREAM_DROPS = ("/F", "/FFilter", "/FDecodeParms", "/Metadata", "/PieceInfo", "/AF", "/OPI", "/Ref", "/Alternates",
                 "/LastModified", "/StructParent", "/StructParents", "/AA", "/PS")  # fmt: skip
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/Movie",
     "/Sound", "/RichMediaExecute", "/Hide", "/Named", "/ResetForm", "/Thread", "/Trans", "/SetOCGState", "/GoTo3DView"}
)  # fmt: skip
_FLATE = frozenset({"/FlateDecode", "/Fl"})
_CODECS = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"})
_PIECE = 1 << 20
_SIGNS_OF_LIMITS = ("memory limit exceeded", "bad_alloc", "Too many warnings")
_OPENED_BY_HEADER = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}


def cleanse_pdf(content: bytes, bounds: Bounds) -> Harmless:
    """Rebuild a PDF without anything but its pages. Raises Locked, Broken, TooManyPages, -Pixels or TooDemanding."""
    _limit_decoders(bounds)
    try:
        with pikepdf.explicit_conversion(), Pdf.open(io.BytesIO(content)) as pdf:
            pages = _strip(pdf, bounds)
            clean = _saved(pdf)
    except pikepdf.PasswordError as error:
        raise Locked from error
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, LookupError, RuntimeError) as error:
        # A hostile object may have any type where another is due; pikepdf then raises one of these.
        raise _told_apart(error) from error
    return Harmless(MediaType.PDF, clean, _first_page(clean, pages), pages)


def turned(content: bytes, turns: int, bounds: Bounds) -> Harmless:
    """A harmless PDF with every page turned by quarters clockwise. Raises Broken."""
    _limit_decoders(bounds)
    try:
        with pikepdf.explicit_conversion(), Pdf.open(io.BytesIO(content)) as pdf:
            for page in pdf.pages:
                page.rotate(90 * (turns % 4), relative=True)
            clean, pages = _saved(pdf), len(pdf.pages)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, LookupError, RuntimeError) as error:
        raise _told_apart(error) from error
    return Harmless(MediaType.PDF, clean, _first_page(clean, pages), pages)


def _limit_decoders(bounds: Bounds) -> None:
    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=100, parser_max_container_size=bounds.objects, max_stream_filters=4,
        doc_max_warnings=1_000, flate_max_memory=bounds.stream,
        png_max_memory=bounds.stream, tiff_max_memory=bounds.stream, run_length_max_memory=bounds.stream // 4,
    )  # fmt: skip


def _told_apart(error: Exception) -> Broken | TooDemanding:
    return TooDemanding() if _hit_limit(error) else Broken()


def _hit_limit(error: Exception) -> bool:
    # qpdf counts exceeded limits of its parser, but only says those of its decoders and of the box.
    said = str(error)
    return any(sign in said for sign in _SIGNS_OF_LIMITS) or pikepdf.settings.qpdf_limit_errors() > 0


def _strip(pdf: Pdf, bounds: Bounds) -> int:
    """Take away all but the pages' looks; answers the number of pages."""
    if len(pdf.objects) > bounds.objects:
        raise TooDemanding(len(pdf.objects), bounds.objects)
    pages = _count_pages(pdf, bounds)
    _flatten_annotations(pdf)
    _keep_only(pdf.trailer, _TRAILER)
    _keep_only(pdf.Root, _CATALOG)
    for node, is_page in _page_tree(pdf):
        _keep_only(node, _PAGE if is_page else _TREE)
    _cleanse_objects(pdf, bounds)
    return pages


def _keep_only(holder: Object, names: frozenset[str]) -> None:
    for name in set(holder.keys()) - names:
        del holder[name]


def _page_tree(pdf: Pdf) -> Iterator[tuple[Object, bool]]:
    """Each node of the page tree once, with whether it is a page."""
    seen = ObjectSet()
    pending: list[Object] = [pdf.Root.Pages]
    while pending:
        node = pending.pop()
        if not isinstance(node, Dictionary) or not seen.add(node):
            continue
        kids = node.get(Name.Kids)
        yield node, not isinstance(kids, Array)
        if isinstance(kids, Array):
            pending.extend(kids)


def _count_pages(pdf: Pdf, bounds: Bounds) -> int:
    # Counted by our own walk first: /Count may lie, and a flood must end before qpdf makes a list of it.
    pages = 0
    for node, is_page in _page_tree(pdf):
        pages += (
            0 if is_page else sum(Name.Kids not in kid for kid in node.Kids if isinstance(kid, Dictionary))
        )
        if pages > bounds.pages:
            raise TooManyPages(_claimed_pages(pdf, pages), bounds.pages)
    pages = len(pdf.pages)  # counts a page shown twice as two
    if pages > bounds.pages:
        raise TooManyPages(pages, bounds.pages)
    if pages < 1:
        raise Broken
    return pages


def _claimed_pages(pdf: Pdf, at_least: int) -> int:
    count = pdf.Root.Pages.get(Name.Count)
    return max(at_least, min(int(count), 1_000_000)) if isinstance(count, pikepdf.Integer) else at_least


def _flatten_annotations(pdf: Pdf) -> None:
    """Draw what annotations and filled-in fields show into their pages, as a printer would."""
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and Name.NeedAppearances in form:
        # qpdf would not flatten, or draw all fields anew without their Korean fonts: what is drawn already is used.
        del form[Name.NeedAppearances]
    pdf.flatten_annotations()


def _cleanse_objects(pdf: Pdf, bounds: Bounds) -> None:
    unpacked = 0
    for holder in _reachable(pdf):
        if isinstance(holder, Stream):
            for name in _STREAM_DROPS:
                if name in holder:
                    del holder[name]
            unpacked += _unpacked_size(holder, bounds)
            if unpacked > bounds.unpacked:
                raise TooDemanding(unpacked, bounds.unpacked)
        elif _acts(holder):
            _keep_only(holder, frozenset())


def _reachable(pdf: Pdf) -> Iterator[Object]:
    """Each dictionary and stream under the catalog once, holders before what they hold."""
    seen = ObjectSet()
    pending: list[Object] = [pdf.Root]
    while pending:
        found = pending.pop()
        if not isinstance(found, Dictionary | Stream | Array) or not seen.add(found):
            continue
        if isinstance(found, Array):
            pending.extend(found)
            continue
        yield found
        pending.extend(found[name] for name in found.keys())  # noqa: SIM118 - a stream's keys are no iterator


def _acts(holder: Object) -> bool:
    """Whether a dictionary is an action or names a file, wherever it hangs."""
    kind = holder.get(Name.S)
    if isinstance(kind, Name) and str(kind) in _ACTIONS:
        return True
    # Only with values of the right type: a font or picture may be a resource called /JS or /EF.
    names_file = isinstance(holder.get(Name.F, holder.get(Name.UF)), String) and Name.EF in holder
    return names_file or isinstance(holder.get(Name.JS), String)


def _unpacked_size(stream: Stream, bounds: Bounds) -> int:
    """Bytes that a stream unpacks to; refuses bombs and floods before anything larger is made of them."""
    filters = _filters(stream)
    if str(stream.get(Name.Subtype)) == "/Image":
        _check_pixels(stream, filters, bounds)
    packed = list(takewhile(lambda name: name not in _CODECS, filters))
    if all(name in _FLATE for name in packed):
        return _inflated_size(stream.read_raw_bytes(), len(packed), bounds)
    try:
        return len(memoryview(stream.get_stream_buffer(pikepdf.StreamDecodeLevel.specialized)))
    except pikepdf.PdfError as error:
        if _hit_limit(error):
            raise TooDemanding(limit=bounds.stream) from error
        return 0  # damaged: kept as it stands, and unpacks to nothing


def _inflated_size(packed: bytes, times: int, bounds: Bounds) -> int:
    """Counted piece by piece, so that a bomb never stands in memory."""
    pieces: Iterator[bytes] = iter([packed])
    for _ in range(times):
        pieces = _inflated(pieces)
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > bounds.stream:
                raise TooDemanding(size, bounds.stream)
    except zlib.error:
        return size  # damaged from here on, as viewers will find too
    return size


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for piece in pieces:
        while piece and not unpacker.eof:
            yield unpacker.decompress(piece, _PIECE)
            piece = unpacker.unconsumed_tail


def _filters(stream: Stream) -> list[str]:
    filters = stream.get(Name.Filter)
    return [
        str(one) for one in (filters if isinstance(filters, Array) else [filters]) if isinstance(one, Name)
    ]


def _check_pixels(image: Stream, filters: list[str], bounds: Bounds) -> None:
    pixels = _integer(image.get(Name.Width)) * _integer(image.get(Name.Height))
    if len(filters) == 1 and filters[0] in _OPENED_BY_HEADER:
        # The picture's own header is what a viewer allocates by; the dictionary may say less.
        width, height = _true_size(image, _OPENED_BY_HEADER[filters[0]])
        pixels = max(pixels, width * height)
    if pixels > bounds.page_pixels:
        raise TooManyPixels(pixels, bounds.page_pixels)


def _true_size(image: Stream, form: str) -> tuple[int, int]:
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(io.BytesIO(image.read_raw_bytes()), formats=[form]).size
    except (OSError, ValueError, SyntaxError):
        return 0, 0


def _integer(number: Object | None) -> int:
    return max(0, int(number)) if isinstance(number, pikepdf.Integer) else 0


def _saved(pdf: Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, encryption=False, min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate,
             deterministic_id=True)  # fmt: skip
    return target.getvalue()


def _first_page(clean: bytes, pages: int) -> bytes:
    """The first page as a thumbnail, drawn from the cleaned bytes: proof that a viewer can open them."""
    try:
        document = pypdfium2.PdfDocument(clean)
        if len(document) != pages:
            raise Broken(len(document), pages)
        page = document[0]
        width, height = page.get_size()
        picture = page.render(scale=2 * THUMBNAIL_SIDE / max(width, height, 1)).to_pil()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Broken from error
    return thumbnail_of(picture.convert("RGB"))
