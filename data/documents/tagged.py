"""Tagged PDF: a canvas that marks what it draws, and a file that archives and screen readers take.

The files are PDF/A-2a (ISO 19005-2): every letter is in an embedded typeface, colours have a
profile, the facts of the file are there as XMP, and the parts of a text stand in a tree of
structure (ISO 32000-1, 14.7 and 14.8), each with its place on the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cache
from html import escape
from typing import Any

from PIL import ImageCms
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from data.documents import fonts

VERSION = (1, 7)
ARTIFACT = "/Artifact BMC"  # what is drawn but not read: rules, page numbers
CREATOR, PRODUCER = "Sẵn Sàng", "ReportLab"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class Element(pdfdoc.PDFObject):  # type: ignore[misc]
    """A part of the structure: its kind (P, H1, Table, TD …), its children and its marks.

    `text`: what is read out in place of what is drawn, as of a figure.
    """

    __RefOnly__ = 1

    def __init__(self, kind: str, parent: "Element | None" = None, text: str = "") -> None:
        self.kind, self.parent, self.text = kind, parent, text
        self.children: list[Element | tuple[str, int]] = []
        if parent is not None:
            parent.children.append(self)

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """Written in one go: a list of delegates has thousands of cells."""
        parent = self.parent if self.parent is not None else document.Catalog.StructTreeRoot
        facts = [f"/S /{self.kind} /P {_reference(parent, document)}"]
        if self.text:
            alternative = pdfdoc.PDFString(self.text).format(document)
            facts.append(f"/Alt {alternative.decode('latin-1')}")
        if self.kind == "TH":
            facts.append("/A <</O /Table /Scope /Column>>")
        children = " ".join(self._child(document, child) for child in self.children)
        return f"<<{' '.join(facts)} /K [{children}]>>".encode("latin-1")

    def _child(self, document: pdfdoc.PDFDocument, child: "Element | tuple[str, int]") -> str:
        if isinstance(child, Element):
            return _reference(child, document)
        page, mark = child
        return f"<</Type /MCR /Pg {_reference(page, document)} /MCID {mark}>>"


def _reference(target: object, document: pdfdoc.PDFDocument) -> str:
    """The number of an object in the file, or of the page of a name."""
    named = isinstance(target, str)
    reference = pdfdoc.PDFObjectReference(target) if named else document.Reference(target)
    written: bytes = reference.format(document)
    return written.decode()


class Stream(pdfdoc.PDFStream):  # type: ignore[misc]
    """A stream that ends a line, as ISO 19005-2, 6.1.7.1, asks; the library's own does not."""

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        written: bytes = super().format(document)
        return written.removesuffix(b"endstream\n") + b"\nendstream\n"


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose drawing is marked as a part of the structure, or as none of it."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        fonts.register()
        settings |= {"initialFontName": fonts.REGULAR, "pdfVersion": VERSION, "invariant": True}
        super().__init__(*arguments, **settings)
        self.structure = Element("Document")
        self._marks: list[list[Element]] = [[]]

    @contextmanager
    def part(self, element: Element) -> Iterator[None]:
        """What is drawn within is the element's, on whatever page that is."""
        marks = self._marks[-1]
        self.addLiteral(f"/{element.kind} <</MCID {len(marks)}>> BDC")
        element.children.append((self._doc.thisPageName(), len(marks)))
        marks.append(element)
        yield
        self.addLiteral("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn within is not read out."""
        self.addLiteral(ARTIFACT)
        yield
        self.addLiteral("EMC")

    def showPage(self) -> None:
        name = self._doc.thisPageName()
        super().showPage()
        page = self._doc.idToObject[name]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._marks) - 1, pdfdoc.PDFName("S")
        page.Contents = Stream(content=page.stream, filters=[pdfdoc.PDFZCompress])
        self._marks.append([])

    def describe(self, *, title: str, author: str, language: str, at: datetime) -> None:
        """The file's own facts, the same for readers, archives and the properties of the file."""
        self.setTitle(title)
        self.setSubject(title)
        self.setAuthor(author)
        self.setCreator(CREATOR)
        self.setProducer(PRODUCER)
        moment = at.astimezone(timezone.utc)
        self._doc.info._dateFormatter = lambda *_: f"D:{moment:%Y%m%d%H%M%S}Z"
        self._facts = {
            "title": escape(title),
            "author": escape(author),
            "language": language,
            "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "creator": CREATOR,
            "producer": PRODUCER,
        }

    def save(self) -> None:
        if len(self._code):
            self.showPage()
        catalog, document = self._doc.Catalog, self._doc
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
        catalog.Metadata = _stream(XMP.format(**self._facts).encode(), "Metadata", "XML")
        catalog.OutputIntents = pdfdoc.PDFArray([document.Reference(_colours(document))])
        catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
        catalog.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": "true"})
        catalog.StructTreeRoot = pdfdoc.PDFDictionary(self._tree())
        self._end_streams()
        super().save()

    def _end_streams(self) -> None:
        """Makes the streams of the typefaces such as end a line."""
        document = self._doc
        for font in document.delayedFonts:
            font.addObjects(document)
        document.delayedFonts = []
        for one in document.idToObject.values():
            if type(one) is pdfdoc.PDFStream:
                one.__class__ = Stream

    def _tree(self) -> dict[str, Any]:
        document = self._doc
        numbers: list[Any] = []
        for page, marks in enumerate(self._marks[:-1]):
            numbers += [page, pdfdoc.PDFArray([document.Reference(one) for one in marks])]
        return {
            "Type": pdfdoc.PDFName("StructTreeRoot"),
            "K": document.Reference(self.structure),
            "ParentTree": pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(numbers)}),
            "ParentTreeNextKey": len(self._marks) - 1,
        }


def _stream(content: bytes, kind: str, subtype: str) -> Stream:
    names = {"Type": pdfdoc.PDFName(kind), "Subtype": pdfdoc.PDFName(subtype)}
    return Stream(pdfdoc.PDFDictionary(names), content, filters=[])


def _colours(document: pdfdoc.PDFDocument) -> pdfdoc.PDFDictionary:
    """What the colours of the file mean: sRGB."""
    profile = Stream(pdfdoc.PDFDictionary({"N": 3}), _profile(), filters=[])
    facts = {
        "Type": pdfdoc.PDFName("OutputIntent"),
        "S": pdfdoc.PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
        "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
        "DestOutputProfile": document.Reference(profile),
    }
    return pdfdoc.PDFDictionary(facts)


@cache
def _profile() -> bytes:
    written: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return written
