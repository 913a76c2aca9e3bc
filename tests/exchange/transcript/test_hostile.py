"""Strangers' files that are broken, disguised or meant to harm: a sentence, in time, and no crash."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.exchange.transcript.measured import processor_seconds, within_limits
from tests.exchange.transcript.pdf_pages import pdf_of
from throughline.exchange.transcript.formats import MAX_BYTES
from throughline.exchange.transcript.read import MAX_CHARS, read_transcript
from throughline.vocabulary.errors import Invalid

GOLDEN = Path(__file__).with_name("golden")
HEAD = '<?xml version="1.0"?>'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(document: str | bytes, **others: bytes) -> bytes:
    """The golden document with another main part, and other parts beside it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(GOLDEN / "bold.docx") as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            out.writestr(name, document if name == "word/document.xml" else source.read(name))
        for name, part in others.items():
            out.writestr(name, part)
    return buffer.getvalue()


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def body(inner: str) -> str:
    return f"{HEAD}<w:document {WORD}><w:body>{inner}</w:body></w:document>"


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(Invalid) as refused:
        read_transcript(data, name)
    return str(refused.value)


def test_docx_made_for_these_tests_is_read() -> None:
    document = read_transcript(docx(body(paragraph("One.") + paragraph("Two."))), "a.docx")
    assert document.text == "One.\n\nTwo."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://127.0.0.1:9/x"])
def test_external_entity_is_refused(target: str, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]>'
    document = f"{head}<w:document {WORD}><w:body>{paragraph('&e;')}</w:body></w:document>"
    assert "declares entities of its own" in refusal(docx(document.encode(encoding)), "a.docx")


def test_entity_bomb_is_refused() -> None:
    lols = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = (
        f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "lol">{lols}]><w:document {WORD}>{paragraph("&l9;")}</w:document>'
    )
    assert "declares entities of its own" in refusal(docx(document), "a.docx")


def test_zip_bomb_in_the_text_is_refused() -> None:
    assert "unfolds to more" in refusal(docx(b"<x>" + b" " * 70_000_000), "a.docx")


def test_bomb_in_a_picture_never_unfolds() -> None:
    bomb = docx(body(paragraph("One.")), **{"word/media/image1.png": b"\0" * 200_000_000})
    assert read_transcript(bomb, "a.docx").text == "One."


def test_thousands_of_parts_are_refused() -> None:
    parts = {f"word/x{n}.xml": b"<x/>" for n in range(5_100)}
    assert "unfolds to more" in refusal(docx(body(""), **parts), "a.docx")


def test_text_that_takes_more_than_the_memory_is_refused_in_time() -> None:
    began = processor_seconds()
    sentence = refusal(docx(body(paragraph("a b " * 20) * 400_000)), "a.docx")
    assert "time or memory" in sentence or "too long" in sentence
    assert (
        processor_seconds() - began < 12
    )  # ten of the worker, which is slower beside others, and our own part


def test_elements_nested_without_end_are_too_much_and_no_other_reader_tries_them() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 3_000 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 3_000
    with pytest.raises(Invalid, match=r"a\.docx takes more time or memory"):
        read_transcript(docx(body(deep)), "a.docx")


@pytest.mark.parametrize("name", ["colon.docx", "colon.odt", "table.docx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_container_is_refused(name: str, share: float) -> None:
    data = (GOLDEN / name).read_bytes()
    assert "damaged or cut off" in refusal(data[: int(len(data) * share)], name)


def test_every_flipped_byte_of_a_container_is_read_or_refused() -> None:
    data = bytearray((GOLDEN / "colon.odt").read_bytes())
    for at in range(0, len(data), len(data) // 12):
        changed = bytearray(data)
        changed[at] ^= 0xFF
        try:
            read_transcript(bytes(changed), "a.odt")
        except Invalid as refused:
            assert "a.odt" in str(refused)


def test_password_on_a_zip_part_is_told() -> None:
    data = bytearray(docx(body(paragraph("x"))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    assert "password" in refusal(bytes(data), "a.docx")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "is empty"),
        (b"  \n\t\n", "a.txt", "holds no words"),
        (b"", "a.docx", "is empty"),
        (b"x" * (MAX_BYTES + 1), "a.txt", "too large"),
        (b"word " * (MAX_CHARS // 4), "a.txt", "too long"),
        (b"a\n" * 400_000, "a.txt", "too long"),
        (bytes(range(256)) * 40, "a.txt", "cannot be read as text"),
        (b"hello\0\0\0\0\0\0\0\0\0\0 world", "a.txt", "not text"),
        (b"Anna: hello", "a.docx", "holds nothing of that kind"),
        (b"Anna: hello", "a.pdf", "holds nothing of that kind"),
        (b"a,b\n1,2\n", "a.csv", "this is a spreadsheet"),
        (b"PK\x05\x06" + b"\0" * 18, "a.xlsx", "this is a spreadsheet"),
        (b"PK\x05\x06" + b"\0" * 18, "a.docx", "is an archive"),
        (b"PK\x03\x04 nonsense", "a.docx", "damaged or cut off"),
        (b"ID3\x04 sound", "a.txt", "is a recording"),
        (b"\0\0\0\x18ftypmp42", "interview.mp4", "is a recording"),
        (b"\x1f\x8b\x08 packed", "a.txt", "is an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "a.doc", "Word 97-2003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
            "a.doc",
            "this is a spreadsheet",
        ),
        (b"%PDF-1.7\nnothing", "a.pdf", "damaged"),
        (b"WEBVTT\n\nno caption here", "a.vtt", "holds no caption"),
        (b"{\\rtf1 }", "a.rtf", "holds no words"),
    ],
)
def test_file_that_is_no_transcript_is_refused_with_a_sentence(data: bytes, name: str, says: str) -> None:
    sentence = refusal(data, name)
    assert says in sentence
    assert name in sentence


def test_wrong_extension_is_read_for_what_it_is() -> None:
    assert read_transcript((GOLDEN / "colon.docx").read_bytes(), "a.txt").format == "docx"
    assert read_transcript((GOLDEN / "colon.docx").read_bytes(), "a.xlsx").format == "docx"
    assert read_transcript((GOLDEN / "court.pdf").read_bytes(), "a.docx").format == "pdf"
    assert read_transcript((GOLDEN / "voices.vtt").read_bytes(), "a.txt").format == "webvtt"
    assert read_transcript((GOLDEN / "plain.srt").read_bytes(), "a.txt").format == "srt"
    assert read_transcript((GOLDEN / "colon.html").read_bytes(), "a.txt").format == "html"


def test_few_null_bytes_are_replaced_and_told() -> None:
    document = read_transcript(b"Anna: hel\0lo\n" + b"Ben: well\n" * 400, "a.txt")
    assert "hel\ufffdlo" in document.text
    assert any("replaced" in str(note) for note in document.notes)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Анна: Здравствуйте, расскажите о программе.\nБорис: Хорошо, она работает давно.\n" * 5, "cp1251"),
        ("王小明：你好，今天我們談一談減少傷害的服務。\n李華：好的，這個計畫很重要。\n" * 8, "big5"),
    ],
)
def test_other_encodings_are_guessed_and_told(text: str, encoding: str) -> None:
    document = read_transcript(text.encode(encoding), "a.txt")
    assert document.text == text
    assert any("guess" in str(note) for note in document.notes)


def test_utf8_with_one_bad_byte_stays_utf8() -> None:
    document = read_transcript(
        "Léa : Voilà, c’est écrit à l’été, là-bas, très près.".encode() * 3 + b"\xff", "a.txt"
    )
    assert document.encoding == "utf-8"
    assert document.text.startswith("Léa : Voilà")


def test_html_fetches_and_runs_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    page = (
        f"<html><body><iframe src='{secret.as_uri()}'></iframe><script>document.write('ran')</script>"
        f"<object data='{secret}'></object><p>One.</p></body></html>"
    )
    assert read_transcript(page.encode(), "a.html").text == "One."


def test_pdf_of_pictures_is_refused_and_names_text_recognition() -> None:
    assert "text recognition" in refusal(pdf_of([[], []]), "scan.pdf")


@pytest.mark.parametrize(
    ("whole", "looped"),
    [
        (b"/Kids [5 0 R] /Count 1", b"/Kids [5 0 R 2 0 R] /Count 9"),
        (b"/Contents 4 0 R", b"/Contents [4 0 R 5 0 R]"),
    ],
)
def test_pdf_that_holds_itself_is_read_or_refused_in_time(whole: bytes, looped: bytes) -> None:
    sound = pdf_of([[(72.0, 72.0, "Hello world")]])
    assert read_transcript(sound, "a.pdf").text == "Hello world"
    assert whole in sound
    began = processor_seconds()
    try:
        assert "Hello world" in read_transcript(sound.replace(whole, looped), "a.pdf").text
    except Invalid as refused:
        assert "a.pdf" in str(refused)
    assert processor_seconds() - began < 10


@pytest.mark.parametrize("words", [60_000_000, 3_000_000])
def test_greedy_document_stays_within_the_memory_that_is_promised(tmp_path: Path, words: int) -> None:
    greedy = tmp_path / "greedy.docx"
    greedy.write_bytes(docx(body(paragraph("a b " * 25) * (words // 100))))
    assert within_limits(greedy)


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><p>One.</p></tt>',
        '<?xml version="1.0"?><office:document>One.</office:document>',
        '{"results": {"transcripts": [{"transcript": "One."}]}}',
        "[Script Info]\nTitle: x\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,One.\n",
    ],
    ids=["timed text", "flat OpenDocument", "JSON", "subtitle script"],
)
def test_data_of_a_program_is_not_spoken(data: str) -> None:
    assert "holds a program's data" in refusal(data.encode(), "a.txt")


def test_what_only_looks_like_data_is_read() -> None:
    assert read_transcript(b"[Recording begins]\nAnn: One.\nBo: Two.\n[Recording ends]", "a.txt").turns
    page = (
        b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body><p>One.</p></body></html>'
    )
    assert read_transcript(page, "a.html").text == "One."


@pytest.mark.parametrize(
    "unit", ["?", "." * 899 + "x", "\u200fx" + " " * 100_000, "Ann" + " " * 150 + "yes\n"]
)
def test_endless_marks_are_read_in_time(unit: str) -> None:
    began = processor_seconds()
    read_transcript((unit * (300_000 // len(unit)) + "x").encode(), "a.txt")
    assert processor_seconds() - began < 10
