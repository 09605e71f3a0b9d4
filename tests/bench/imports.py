"""An office's files into the current event: read and previewed, then confirmed in one transaction.

Each sample is a process of its own with an empty event, as the first start makes it. The floor is
what openpyxl alone takes to read the same list: every cell of it, and nothing else. The peak is
that of the whole process, with the product's own code in it.
"""

import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import Workbook, load_workbook

from data.access.people import person_by_key
from data.bootstrap import Door, create_event
from data.commands import Origin, run
from data.events.clock import real_now
from data.events.current import require_event
from data.imports.commands import apply_files
from data.imports.compared import difference_of
from data.imports.preview import preview
from data.imports.register import register
from data.storage import database, migrate
from models.events.event import Draft
from models.imports.frame import Frame
from models.imports.times import Days
from tests.bench import machine, sample
from tests.bench.figures import Figure, Floor
from tests.bench.sample import Samples

OFFICE = machine.ROOT / "tests" / "data" / "imports" / "office"
FEW = ("3_Kich_ban_dieu_hanh.docx", "1_Bang_phan_cong_nhiem_vu.xlsx", "2_Danh_sach_dai_bieu.xlsx")
RUNS, QUICK_RUNS = 5, 2
MANY, QUICK_MANY = 100_000, 5_000
NAME, DAYS = "Hội nghị thử", Days(date(2026, 12, 17), date(2026, 12, 18))
FEW_TARGET, MANY_TARGET, PEAK_TARGET = 1_000, 30, 500  # ms, s, MB


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    few = [_sample(folder, *FEW) for _ in range(QUICK_RUNS if quick else RUNS)]
    number = QUICK_MANY if quick else MANY
    many = _sample(folder, FEW[0], rows=number)
    floor = Floor("openpyxl alone", [one["floor"] * 1000 for one in few])
    return [
        Figure("565 delegates, plan and script: previewed", "ms",
               [one["preview"] * 1000 for one in few], FEW_TARGET, "median", floor),
        Figure("  confirmed", "ms", [one["apply"] * 1000 for one in few], FEW_TARGET, "median"),
        Figure(f"a list of {number:,}: previewed", "s", [many["preview"]], MANY_TARGET, "median",
               Floor("openpyxl alone", [many["floor"]])),
        Figure("  confirmed", "s", [many["apply"]], MANY_TARGET, "median"),
        Figure("  peak of the process", "MB", [many["peak"]], PEAK_TARGET, "most"),
    ]  # fmt: skip


def _sample(folder: Path, *names: str, rows: int = 0) -> dict[str, float]:
    """Seconds of CPU of each step and the peak in MB, measured in a process of its own."""
    own = [sys.executable, "-m", "tests.bench.imports", str(folder), str(rows)]
    options = {"cwd": machine.ROOT, "capture_output": True, "text": True, "check": True}
    if rows:
        subprocess.run([*own, "write"], **options)
    done = subprocess.run([*own, *names], **options)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def listed(rows: int) -> bytes:
    """A list of delegates as an office writes it: five columns, seventy people a commune."""
    book = Workbook(write_only=True)
    page = book.create_sheet("Danh sách")
    page.append(["STT", "Họ và tên", "Chức vụ", "Đơn vị", "SĐT"])
    units = register().units
    for number in range(rows):
        unit = units[number // 70 % len(units)].full_name
        office = f"Cán bộ {number % 70 + 1}"
        page.append([number + 1, f"Nguyễn Văn {number}", office, unit, f"09{number:08d}"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _measured(folder: Path, rows: int, names: list[str]) -> dict[str, float]:
    files = [(name, (OFFICE / name).read_bytes()) for name in names]
    if rows:
        # Written by another process, so that the peak is that of reading alone.
        files.append(("danh-sach.xlsx", (folder / "many.xlsx").read_bytes()))
    _begin(folder / f"import-{os.getpid()}.db")
    now, took = real_now(), {}
    shown = _timed(took, "preview", lambda: preview(files, Frame(NAME, DAYS), {}, now=now))
    with database.reading() as session:
        seal = difference_of(session, require_event(session), shown).seal
        admin = person_by_key(session, "admin")
        session.expunge(admin)
    _timed(took, "apply", lambda: run(Origin(admin), apply_files, shown=shown, seal=seal))
    took["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _timed(took, "floor", lambda: _read(files[-1][1]))
    return took


def _begin(file: Path) -> None:
    sample.use(sample.sqlite_address(file))
    migrate.upgrade()
    draft = Draft(NAME, DAYS.first, DAYS.last)
    database.run(create_event, door=Door(from_machine=True), draft=draft)


def _timed(took: dict[str, float], step: str, work: Callable[[], object]) -> object:
    """CPU seconds: on a shared machine a wall clock says little."""
    began = time.process_time()
    answer = work()
    took[step] = time.process_time() - began
    return answer


def _read(raw: bytes) -> int:
    book = load_workbook(io.BytesIO(raw), read_only=True)
    return sum(len(row) for page in book.worksheets for row in page.iter_rows(values_only=True))


if __name__ == "__main__":
    place, number, *office = sys.argv[1:]
    if office == ["write"]:
        (Path(place) / "many.xlsx").write_bytes(listed(int(number)))
    else:
        print(json.dumps(_measured(Path(place), int(number), office)))
