"""The command line of imports: files checked, an office's files previewed and loaded."""

import argparse
from collections import Counter
from datetime import date, datetime
from pathlib import Path

from cli.progress import Progress
from cli.words import BOTH, say
from data import bootstrap
from data.access.people import person_by_key
from data.attendance.particulars import kinds_of
from data.commands import Origin, run
from data.events.clock import real_now
from data.events.current import require_event
from data.events.loading import problems_of
from data.imports.commands import apply_files
from data.imports.compared import difference_of
from data.imports.drafts import groups_of
from data.imports.errors_file import errors_file, sentence
from data.imports.folder import write_folder
from data.imports.preview import Preview, load_preview, preview
from data.imports.reading import rows_at_most
from data.imports.ready import is_filled
from data.storage import database, migrate
from data.words import Words
from models.access.people import Role
from models.events.event import Event
from models.imports.difference import Choice, Difference, Part
from models.imports.frame import Frame
from models.imports.imported import ImportStep
from models.imports.questions import Severity
from models.imports.times import Days
from models.refusals import Refusal


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `check` and `import`."""
    parser = commands.add_parser("check", help=check.__doc__)
    what = "an event's folder, or an office's files"
    parser.add_argument("files", nargs="+", type=Path, metavar="FOLDER_OR_FILES", help=what)
    parser.add_argument("--days", default="", help="of an office's files: as in import")
    parser.set_defaults(run=check)
    parser = commands.add_parser("import", help=import_files.__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--name", default="", help="the event's name")
    parser.add_argument("--days", default="", help="2026-12-17..2026-12-18, or one day")
    parser.add_argument("--short", default="", help="its short name")
    parser.add_argument("--place", default="")
    parser.add_argument("--issuer", default="", help="the body that issues its documents")
    parser.add_argument("--expected", type=int, default=0, help="about how many delegates")
    parser.add_argument("--desks", type=int, default=0)
    parser.add_argument(
        "--answer", action="append", default=[], metavar="QUESTION=ANSWER",
        help="an answer, by the question's key or by its kind for all of it",
    )  # fmt: skip
    parser.add_argument(
        "--errors", type=Path, help="a folder for the files with a column of errors"
    )
    parser.add_argument("--folder", type=Path, help="a folder for the event's own files")
    parser.add_argument("--load", action="store_true", help="write it; without, nothing is written")
    parser.add_argument(
        "--into-current", action="store_true",
        help="into the current event, as a difference; its name and days hold where none are given",
    )  # fmt: skip
    parser.add_argument(
        "--missing", choices=[Choice.KEEP.value, Choice.RETIRE.value], default=Choice.KEEP.value,
        help="what becomes of rows of the current event that the files leave out",
    )  # fmt: skip
    parser.set_defaults(run=import_files)


def check(arguments: argparse.Namespace) -> None:
    """Says everything that is wrong with an event's folder or an office's files; writes nothing."""
    folders = [path for path in arguments.files if path.is_dir()]
    files = [path for path in arguments.files if not path.is_dir()]
    found = [_check_folder(folder) for folder in folders]
    found += [_check_files(files, arguments.days)] if files else []
    if count := sum(found):
        raise Refusal("check_found", count=count)
    say("run.check_clean", count=len(arguments.files))


def _check_folder(folder: Path) -> int:
    """Say what loading a folder would refuse, and how much it is."""
    problems = problems_of(folder, now=real_now())
    for words in BOTH:
        for problem in problems:
            print(words.refusal(problem))
    return len(problems)


def _check_files(files: list[Path], days: str) -> int:
    """Say what is wrong with an office's files, and how many errors hold them up."""
    frame = Frame(files[0].stem, _days(days))
    shown = preview([_read(path) for path in files], frame, {}, now=real_now())
    for words in BOTH:
        _show(shown, words)
    errors = len(shown.refused) + len(shown.outcome.notes.of(Severity.ERROR))
    return errors if shown.tables else max(errors, 1)


def import_files(arguments: argparse.Namespace) -> None:
    """Shows what an office's files would load, with all errors and warnings; writes with --load."""
    with Progress() as progress:
        _import(arguments, progress)


def _import(arguments: argparse.Namespace, progress: Progress) -> None:
    event = _current() if arguments.into_current else None
    answers = dict(one.partition("=")[::2] for one in arguments.answer)
    now = real_now()
    files = [_read(path) for path in arguments.files]
    rows = {name: rows_at_most(name, raw) for name, raw in files}
    shown = preview(
        files,
        _frame(arguments, event),
        answers,
        now=now,
        progress=lambda name, number: progress.read(name, number, rows.get(name, 0)),
    )
    progress.done()
    for words in BOTH:
        _show(shown, words)
    if arguments.errors:
        _write_errors(shown, arguments.errors)
    if arguments.folder and shown.loadable:
        write_folder(shown.outcome, arguments.folder)
    if event is not None:
        _apply(event, shown, progress, load=arguments.load, missing=arguments.missing)
    elif arguments.load:
        migrate.upgrade()
        progress.step("writes")
        loaded = database.run(load_preview, shown=shown, now=now)
        bootstrap.remember(loaded)
        say("run.loaded", name=loaded.slug, count=shown.outcome.counts["delegates"])


def _current() -> Event:
    migrate.upgrade()
    with database.reading() as session:
        return require_event(session)


def _groups(event: Event | None) -> tuple[tuple[str, str], ...]:
    if event is None:
        return ()
    with database.reading() as session:
        return groups_of(session, event)


def _is_begun(event: Event | None) -> bool:
    if event is None:
        return False
    with database.reading() as session:
        return is_filled(session, event)


def _frame(arguments: argparse.Namespace, event: Event | None) -> Frame:
    """What the arguments state; of the current event what they leave out."""
    days = Days(event.first_day, event.last_day) if event else None
    return Frame(
        arguments.name or (event.name_vi if event else ""),
        days if days and not arguments.days else _days(arguments.days),
        short_name=arguments.short,
        place=arguments.place,
        issuer=arguments.issuer,
        expected=max(arguments.expected, 0),
        desks=max(arguments.desks, 0),
        time_zone=event.time_zone if event else Frame.time_zone,
        groups=_groups(event),
        particulars=kinds_of(event) if event else frozenset(),
        begun=_is_begun(event),
    )


def _apply(event: Event, shown: Preview, progress: Progress, *, load: bool, missing: str) -> None:
    """Shows how the files differ from the current event; applies it as its administrator."""
    progress.step("compares")
    with database.reading() as session:
        found = difference_of(session, event, shown)
        admin = person_by_key(session, Role.ADMIN.value)
        session.expunge(admin)
    for words in BOTH:
        _show_difference(found, words)
    if not load:
        return
    # A part cannot be named that has nothing to choose: each takes the same answer.
    choices = {part.value: missing for part in Part}
    progress.step("writes")
    fact = run(Origin(admin), apply_files, shown=shown, seal=found.seal, choices=choices)
    counted = Counter[str]()
    for steps in fact.counts.values():
        counted.update(steps)
    say(
        "imports.applied",
        name=event.slug,
        new=counted[ImportStep.ADDED],
        changed=counted[ImportStep.CHANGED] + counted[ImportStep.RESTORED],
        retired=counted[ImportStep.RETIRED],
    )


def _show_difference(found: Difference, words: Words) -> None:
    if found.is_empty and not found.missing:
        print(words("imports.same"))
    for part, (new, changed, missing) in found.counts.items():
        named = words(f"imports.part.{part.value}")
        print(words("imports.difference", part=named, new=new, changed=changed, missing=missing))
    for row in found.changed:
        about = {"part": words(f"imports.part.{row.part.value}"), "name": row.name}
        if row.restored:
            print("  " + words("imports.back", **about))
        for one in row.fields:
            values = {"old": words.fact(one.old), "new": words.fact(one.new)}
            field = words(f"imports.field.{one.name}")
            print("  " + words("imports.change", field=field, **about, **values))
    for left in found.missing:
        about = {"part": words(f"imports.part.{left.part.value}"), "name": left.name}
        print("  " + words("imports.missing", **about))


def _days(written: str) -> Days:
    first, _, last = written.partition("..")
    try:
        return Days(date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        raise Refusal("import_days_unread", written=written[:40]) from None


def _read(path: Path) -> tuple[str, bytes]:
    try:
        return path.name, path.read_bytes()
    except OSError:
        raise Refusal("file_missing", file=path.name, folder=str(path.parent)) from None


def _show(shown: Preview, words: Words) -> None:
    for refusal in shown.refused:
        print(words.refusal(refusal))
    for table in shown.tables:
        kind = words(f"imports.kind.{table.kind.value}")
        print(words("imports.sheet", file=table.sheet.file, sheet=table.sheet.name, kind=kind,
                    count=len(table.rows), header=table.header))  # fmt: skip
        passed = Counter(why for _, why, _ in table.passed)
        for why, count in passed.items():
            print("  " + words("imports.passed", what=words(f"imports.{why.value}"), count=count))
    for sheet in shown.passed_over:
        print(words("imports.no_header", file=sheet.file, sheet=sheet.name))
    print(words("imports.counts", **shown.outcome.counts))
    _show_notes(shown, words)


def _show_notes(shown: Preview, words: Words) -> None:
    notes = shown.outcome.notes
    for question in notes.questions:
        if question.kind == "item_or_segment":
            continue  # one a row of a script: the preview's counts tell them
        text = words(f"imports.question.{question.kind}", written=question.written)
        answer = notes.answers.to(question)
        shown_answer = _answer(answer, words)
        print(words("imports.asked", cell=question.at.cell, question=text, answer=shown_answer))
    for severity in (Severity.ERROR, Severity.WARNING):
        for finding in notes.of(severity):
            print(f"{finding.at.file} · {sentence(words, finding)}")


def _answer(answer: str, words: Words) -> str:
    if words.has(f"imports.answer.{answer}"):
        return words(f"imports.answer.{answer}")
    try:
        moment = datetime.strptime(answer, "%Y-%m-%d %H:%M")
    except ValueError:
        return answer
    return f"{moment:%H:%M} {words.day(moment.date())}"


def _write_errors(shown: Preview, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(table.sheet.file for table in shown.tables):
        written = errors_file(shown, name, BOTH[0].dated())
        (folder / f"{Path(name).stem}.loi.xlsx").write_bytes(written)
