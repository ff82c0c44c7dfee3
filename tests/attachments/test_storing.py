"""What is put away is there, whole and sealed, in a folder or a bucket; what is not there is said so."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.attachments.gateways import storing
from app.attachments.gateways.storing import Away, Store, ensure_usable
from app.attachments.sealed import BOX, PIECE, Lock, new_lock, opened
from app.errors import Unconfigured
from app.vault import Unreadable
from tests.attachments.bucket import KEY_ID, Bucket, listening
from tests.make import in_parts

ID = UUID("019ab01c-5f10-7a52-8d3c-6b1e2f4a9c07")
LARGE = bytes(range(256)) * 40_000


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with listening() as bucket:
        said = {
            "ENDPOINT": bucket.url,
            "ACCESS_KEY_ID": KEY_ID,
            "SECRET_ACCESS_KEY": "x",
            "REGION": "eu-north-1",
        }
        for name, value in (said | {"ALLOW_HTTP": "true"}).items():
            monkeypatch.setenv(f"AWS_{name}", value)
        monkeypatch.setattr(storing, "RETRY_FOR", timedelta(seconds=1))
        monkeypatch.setattr(storing, "RETRIES", 1)
        yield bucket


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, bucket: Bucket) -> Store:
    return Store(str(tmp_path / "files") if request.param == "folder" else "s3://larkpost/bilagor")


async def got(store: Store, id: UUID = ID) -> bytes:
    return b"".join([part async for part in store.get(id)])


async def test_what_is_put_away_is_got_again(store: Store) -> None:
    for content in (b"a", LARGE):
        await store.put(ID, io.BytesIO(content))
        assert await got(store) == content


async def test_what_is_erased_is_gone_and_may_be_erased_again(store: Store) -> None:
    await store.put(ID, io.BytesIO(b"a"))

    await store.erase(ID)
    await store.erase(ID)

    with pytest.raises(Away):
        await got(store)


async def test_a_bucket_that_stumbles_once_is_asked_again(bucket: Bucket) -> None:
    store = Store("s3://larkpost/bilagor")
    bucket.status, bucket.times = 500, 1

    await store.put(ID, io.BytesIO(b"a"))

    assert bucket.asked == [f"PUT /larkpost/bilagor/07/{ID}"] * 2
    assert bucket.objects == {f"/larkpost/bilagor/07/{ID}": b"a"}


@pytest.mark.parametrize("status", [403, 500, 503])
async def test_a_bucket_that_says_no_is_away(bucket: Bucket, status: int) -> None:
    store = Store("s3://larkpost/bilagor")
    bucket.status, bucket.times = status, 1_000

    with pytest.raises(Away):
        await store.put(ID, io.BytesIO(b"a"))
    with pytest.raises(Away):
        await got(store)
    with pytest.raises(Away):
        await store.erase(ID)


async def test_a_folder_that_cannot_be_written_to_is_away(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "files"))
    await store.put(ID, io.BytesIO(b"a"))
    (tmp_path / "files" / "07" / str(ID)).unlink()
    (tmp_path / "files" / "07").rmdir()
    (tmp_path / "files" / "07").write_text("in the way")

    with pytest.raises(Away):
        await store.put(ID, io.BytesIO(b"a"))


def test_a_place_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unconfigured, match="LARKPOST_ATTACHMENTS"):
        ensure_usable(str(tmp_path / "file" / "under"))


def test_the_folder_is_nobody_elses(tmp_path: Path) -> None:
    ensure_usable(str(tmp_path / "files"))

    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 10_000_000])
async def test_a_file_of_any_size_is_sealed_and_opened_piece_by_piece(size: int) -> None:
    content = (LARGE * 2)[:size]
    lock = new_lock(ID, ID)

    boxes = sealed(content, lock)

    assert len(boxes) == size + 31 * -(-size // PIECE)
    assert content[:32] not in boxes or size < 32
    for parts in (1_000_000, BOX, 70_000):
        assert await clear(boxes, lock, parts) == content


async def test_no_piece_can_be_moved_left_out_cut_off_or_put_in_another_file() -> None:
    lock = new_lock(ID, ID)
    boxes = sealed(LARGE[: 3 * PIECE], lock)
    first, second, third = (boxes[start : start + BOX] for start in (0, BOX, 2 * BOX))

    for tampered in (
        second + first + third,
        first + third,
        first + second,
        first + second + third + third,
        boxes[:-1],
        boxes + b"\0",
        b"",
    ):
        with pytest.raises(Unreadable):
            await clear(tampered, lock, BOX)
    for other in (lock._replace(id=UUID(int=1)), lock._replace(provider_id=UUID(int=1))):
        with pytest.raises(Unreadable):
            await clear(boxes, other, BOX)


def sealed(content: bytes, lock: Lock) -> bytes:
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    last = len(pieces) - 1
    return b"".join(lock.seal_piece(piece, n, last=n == last) for n, piece in enumerate(pieces))


async def clear(boxes: bytes, lock: Lock, parts: int) -> bytes:
    return b"".join([piece async for piece in opened(in_parts(boxes, parts), lock)])
