"""Any title becomes a file name that saves as one file, where it should, under a readable name."""

import pytest

from chat.services.exports import filenames


@pytest.mark.parametrize(
    ("title", "filename"),
    [
        ("Ingrid and Norway", "Ingrid and Norway.txt"),
        ("../../etc/passwd", "etc-passwd.txt"),
        ("a\r\nSet-Cookie: b", "a Set-Cookie- b.txt"),
        ('He said "hi"', "He said -hi.txt"),
        ("\u202etxt.exe", "txt.exe.txt"),
        ("CON", "Chat CON.txt"),
        ("com1.notes", "Chat com1.notes.txt"),
        ("Über Kaffee ☕", "Über Kaffee ☕.txt"),
        ("家族", "家族.txt"),
        ("می‌خواهم", "می‌خواهم.txt"),
        ("", "Chat.txt"),
        (" .. ", "Chat.txt"),
        ("\0\x1b[31m", "[31m.txt"),
        ("C:\\Windows", "C--Windows.txt"),
        ("100% sure", "100% sure.txt"),
    ],
)
def test_a_title_becomes_a_safe_name(title, filename):
    assert filenames.of_title(title, extension="txt") == filename


@pytest.mark.parametrize("title", ["x" * 300, "家" * 300, "👨‍👩‍👧‍👦" * 60])
def test_a_long_title_is_cut_between_characters(title):
    name = filenames.of_title(title, extension="json")
    assert len(name.encode()) <= filenames.MAX_NAME_BYTES + len(".json")
    assert title.startswith(name.removesuffix(".json"))


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("Ingrid.md", "attachment; filename=\"Ingrid.md\"; filename*=UTF-8''Ingrid.md"),
        ("Ærø 100%.md", "attachment; filename=\"_r_ 100_.md\"; filename*=UTF-8''%C3%86r%C3%B8%20100%25.md"),
        ('a"b\\c;d.md', "attachment; filename=\"a_b_c;d.md\"; filename*=UTF-8''a%22b%5Cc%3Bd.md"),
    ],
)
def test_the_header_says_the_name_plainly_and_exactly(filename, header):
    assert filenames.disposition(filename) == header
