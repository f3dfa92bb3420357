"""Files as honest and hostile people send them, built byte by byte so that each says what is wrong with it."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw


def a_photo(width: int = 640, height: int = 480, form: str = "JPEG", **options: object) -> bytes:
    """Half red (left), half blue, with a white corner at the top left: enough to see which way is up."""
    return _bytes(_scene(width, height), form, **options)


def _scene(width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), "red")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height), fill="blue")
    draw.rectangle((0, 0, width // 5, height // 5), fill="white")
    return picture


def _bytes(picture: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def a_heic(width: int = 640, height: int = 480) -> bytes:
    target = io.BytesIO()
    pillow_heif.from_pillow(_scene(width, height)).save(target, quality=80)
    return target.getvalue()


def a_photo_with_gps(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCameraMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 58.0), 3: "E", 4: (126.0, 58.0, 40.0)})
    return a_photo(exif=exif, comment=b"SecretComment")


def a_screenshot(width: int = 1080, height: int = 2340) -> bytes:
    """Black text on white: small as PNG, larger and blurred as JPEG."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(40, height - 40, 40):
        draw.text((40, line), f"2025-11-29 order {line} notice of exposure of personal data", fill="black")
    return _bytes(picture, "PNG", optimize=True)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def a_png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    """A greyscale PNG whose header promises this size; `rows` are its scan lines, unpacked."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def a_jpeg_claiming(width: int, height: int, progressive: bool = False) -> bytes:
    """A small JPEG whose frame header was changed to promise this size."""
    content = a_photo(64, 64, progressive=progressive)
    at = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    return content[: at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def a_pdf(pages: int = 2, text: str = "Card statement") -> bytes:
    return saved(an_open_pdf(pages, text))


def an_open_pdf(pages: int = 1, text: str = "Card statement") -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 24 Tf 72 700 Td ({text} {number + 1}) Tj ET".encode())
    return pdf


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    pdf.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def a_pdf_that_acts() -> bytes:
    """Everything a PDF can do besides showing pages, all at once."""
    pdf = an_open_pdf(1)
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('EVILMARK')"))
    link = Dictionary(S=Name.URI, URI=String("https://EVILMARK.example/"))
    launch = Dictionary(S=Name.Launch, F=String("EVILMARK.exe"), Next=script)
    pdf.attachments["EVILMARK.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ EVILMARK", filename="EVILMARK.exe")
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=launch, WS=script)
    pdf.Root.URI = Dictionary(Base=String("https://EVILMARK.example/"))
    pdf.Root.Names.JavaScript = Dictionary(Names=Array([String("EVILMARK"), script]))
    pdf.Root.Outlines = Dictionary(First=Dictionary(Title=String("EVILMARK"), A=link), Count=1)
    pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta>EVILMARK author</x:xmpmeta>")
    pdf.docinfo["/Author"] = "EVILMARK author"
    field = pdf.make_indirect(_a_filled_field(pdf, launch))
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]), NeedAppearances=True, XFA=pdf.make_stream(b"<xdp>EVILMARK</xdp>")
    )
    page = pdf.pages[0]
    page.AA = Dictionary(O=script)
    page.PieceInfo = Dictionary(Evil=Dictionary(Private=String("EVILMARK")))
    page.Annots = Array([
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 595, 842]), A=link),
        Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent=Dictionary(
            Assets=Dictionary(Names=Array([String("EVILMARK.swf"), Dictionary(EF=Dictionary())])))),
        Dictionary(Type=Name.Annot, Subtype=Name.Movie, Rect=Array([0, 0, 9, 9]),
                   Movie=Dictionary(F=String("EVILMARK"))),
        field,
    ])  # fmt: skip
    outside = pdf.make_stream(b"", F=String("https://EVILMARK.example/stream"), Type=Name.XObject, Subtype=Name.Form,
                              BBox=Array([0, 0, 1, 1]), OPI=Dictionary(F=String("EVILMARK")),
                              Ref=Dictionary(F=String("EVILMARK.pdf")), Hidden=launch)  # fmt: skip
    page.Resources.XObject = Dictionary(X1=outside)
    page.Contents = Array([page.Contents, pdf.make_stream(b"/X1 Do")])
    return saved(pdf)


def _a_filled_field(pdf: pikepdf.Pdf, action: Dictionary) -> Dictionary:
    looks = pdf.make_stream(b"BT /F1 18 Tf 4 8 Td (FILLED IN) Tj ET", Type=Name.XObject, Subtype=Name.Form,
                            BBox=Array([0, 0, 200, 30]), Resources=pdf.pages[0].Resources)  # fmt: skip
    return Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("FILLED IN"), F=4,
                      Rect=Array([72, 500, 272, 530]), AP=Dictionary(N=looks), AA=Dictionary(K=action),
                      DA=String("/F1 18 Tf"))  # fmt: skip


def a_locked_pdf() -> bytes:
    return saved(an_open_pdf(1), encryption=pikepdf.Encryption(user="secret", owner="owner"))


def a_pdf_locked_only_for_changes() -> bytes:
    return saved(an_open_pdf(1), encryption=pikepdf.Encryption(user="", owner="owner"))


def a_page_flood(pages: int = 200_000) -> bytes:
    """One page that the tree names very often: a small file of very many pages."""
    kids = b"3 0 R " * pages
    return _assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    )


def a_page_tree_of_many_levels(levels: int = 30) -> bytes:
    """Each node names its child twice: 2 to the power of `levels` pages on paper."""
    nodes = [b"<</Type/Pages/Count 4/Kids[%d 0 R %d 0 R]>>" % (n + 3, n + 3) for n in range(levels)]
    return _assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        *nodes,
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % (levels + 1),
    )


def a_stream_bomb(unpacked: int = 2_000_000_000, times: int = 1) -> bytes:
    """A page whose content stream unpacks to gigabytes of spaces; packed `times` times over."""
    packer = zlib.compressobj(9)
    packed = (
        b"".join(packer.compress(b" " * 10_000_000) for _ in range(unpacked // 10_000_000)) + packer.flush()
    )
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    filters = b"[" + b"/FlateDecode " * times + b"]"
    return _assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 5 0 R>>",
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(packed), filters, packed),
    )


def a_pixel_flood_in_a_pdf() -> bytes:
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return _assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceGray"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(rows), rows),
        b"<</Length 30>>stream\nq 100 0 0 100 0 0 cm /I Do Q  \nendstream",
    )


def an_xref_loop() -> bytes:
    """A cross-reference table whose predecessor is itself, in a file whose objects refer to each other in a ring."""
    content = _assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[2 0 R 3 0 R]/Parent 2 0 R>>",
        b"<</Type/Page/Parent 3 0 R/Resources 3 0 R/Contents 3 0 R/Kids[2 0 R]>>",
    )
    start = content.rindex(b"xref", 0, content.rindex(b"startxref"))
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)


def a_heic_claiming(width: int = 60_000, height: int = 60_000) -> bytes:
    """A small HEIC picture whose size properties (`ispe`) were changed to promise this size."""
    content = bytearray(a_heic())
    at = content.find(b"ispe")
    while at > 0:
        content[at + 8 : at + 16] = struct.pack(">II", width, height)
        at = content.find(b"ispe", at + 4)
    return bytes(content)


def _one_page(catalog: bytes = b"", page: bytes = b"", *objects: bytes) -> bytes:
    return _assembled(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]%s>>" % page,
        *objects,
    )


def a_deep_pdf(levels: int = 200_000) -> bytes:
    return _one_page(b"/X " + b"[" * levels + b"]" * levels)


def an_array_flood(items: int = 6_000_000) -> bytes:
    return _one_page(b"/OCProperties<</OCGs[" + b"1 " * items + b"]>>")


def an_object_flood(objects: int = 400_000) -> bytes:
    return _one_page(b"", b"", *[b"<<>>"] * objects)


def a_slow_pdf(strokes: int = 6_000_000) -> bytes:
    """A page of very many strokes, packed small, which takes a viewer many seconds."""
    content = zlib.compress(b"0 0 m 99 99 l S\n" * strokes, 9)
    packed = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content)
    return _one_page(b"", b"/Contents 4 0 R", packed)


def an_object_stream_bomb(unpacked: int = 1_000_000_000) -> bytes:
    """The page tree stands in an object stream that unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = (
        b"".join(packer.compress(bytes(10_000_000)) for _ in range(unpacked // 10_000_000)) + packer.flush()
    )
    out = bytearray(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
    stream = len(out)
    out += b"4 0 obj\n<</Type/ObjStm/N 2/First 20/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    out += packed + b"\nendstream\nendobj\n"
    start = len(out)
    rows = [(0, 0, 0), (1, 9, 0), (2, 4, 0), (2, 4, 1), (1, stream, 0), (1, start, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIB", *row) for row in rows))
    out += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(
        table
    )
    out += table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _assembled(*objects: bytes) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def a_polyglot() -> bytes:
    """A JPEG that carries a whole PDF in its comment, so that two readers see two files."""
    return a_photo(comment=a_pdf_that_acts()[:60_000])


def a_pdf_with_a_tail() -> bytes:
    """A PDF followed by a web page and an archive's directory: other readers start from the end."""
    return a_pdf() + b"\n<html><script>EVILMARK</script></html>PK\x05\x06" + b"\0" * 18


REFUSED_KINDS: dict[str, bytes] = {
    "drawing.svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page.html": b"<!DOCTYPE html><script>alert(1)</script>",
    "program.exe": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 200,
    "archive.zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\0" * 200,
    "letter.docx": b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + b"\0" * 20 + b"[Content_Types].xml" + b"\0" * 200,
    "moving.gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + b"\0" * 40,
    "video.mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\0" * 40,
    "new.avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1miafavif" + b"\0" * 40,
    "eicar.com": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "words.txt": "그냥 글자입니다".encode(),
    "half.jpg": b"\xff\xd8",
}


def a_form_bomb(levels: int = 14, times: int = 10) -> bytes:
    """A drawing that draws the next ten times over, and so on: small to store, endless to show."""
    draws = b"/F Do " * times
    first = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Contents 4 0 R>>"
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length %d>>"
    forms = [form % (number + 6, len(draws)) + b"stream\n%s\nendstream" % draws for number in range(levels)]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 13>>stream\n0 0 9 9 re f  \nendstream"
    return _assembled(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", first,
        b"<</Length %d>>stream\n%s\nendstream" % (len(draws), draws), *forms, last,
    )  # fmt: skip
