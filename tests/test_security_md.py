"""SECURITY.md: every requirement of ASVS 5.0.0, levels 1 and 2, stands in one of its lists, and
what it says is so.
"""

import ast
import re
from collections import Counter
from datetime import timedelta
from functools import cache

from data import erasure
from data.storage.measures import ACCESS_REFUSALS
from models import incidents, media, plan, roll_calls
from models.access import accounts, sign_ins
from models.attendance import ledger
from models.readiness import photographs, tasks
from models.reviews import directives, reviews
from tests.rows import every_row
from tests.test_architecture import MODULES, ROOT, imported, tree
from web import client_messages, connections, half_requests, logs, security
from web.access import cookies, uploads
from web.api import forms, pictures
from web.paths import TEMPLATES

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
LISTS = ("Held", "Not met", "Does not apply")
NUMBER = r"\d+\.\d+\.\d+"


def part(heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    (level,) = re.findall(rf"^(#+) {re.escape(heading)}$", TEXT, re.MULTILINE)
    rest = TEXT.partition(f"{level} {heading}\n")[2]
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(heading: str) -> list[list[str]]:
    """The rows of the tables under a heading, their first two lines left out."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in part(heading).splitlines()
        if line.startswith("|")
    ]
    return [
        row
        for row, after in zip(lines, [*lines[1:], [""]])
        if "---" not in row[0] and "---" not in after[0]
    ]


def requirements() -> set[str]:
    """The numbers of `asvs_5_0_0.txt`."""
    lines = (ROOT / "tests" / "asvs_5_0_0.txt").read_text(encoding="utf-8").splitlines()[1:]
    return {
        f"{section}.{number}"
        for section, numbers in (line.split(": ") for line in lines)
        for number in numbers.split()
    }


LISTED = [(heading, row) for heading in LISTS for row in rows(heading)]
NAMED = [
    (row[0], test) for row in rows("Held") for test in re.findall(r"`([^`]+\.py::\w+)`", row[2])
]


def test_the_standards_list_is_whole():
    assert len(requirements()) == 253 and {
        int(number.split(".")[0]) for number in requirements()
    } == set(range(1, 18))


def test_every_requirement_stands_in_one_list_once_and_no_other_number_does():
    counts_of_rows = Counter(row[0] for _, row in LISTED)
    assert [number for number, times in counts_of_rows.items() if times > 1] == []
    assert set(counts_of_rows) == requirements(), set(counts_of_rows) ^ requirements()


def test_how_many_are_held_is_counted_right():
    counts = [len(requirements()), *(len(rows(heading)) for heading in LISTS)]
    sentence = re.search(
        r"of (\d+) requirements (\d+) are held, (\d+) are not met or not shown by a test, (\d+) "
        r"do not",
        TEXT,
    )
    assert [int(number) for number in sentence.groups()] == counts


@every_row("row", rows("Held"), ids=lambda row: row[0])
def test_what_is_held_is_held_by_a_test(row):
    assert (
        re.fullmatch(NUMBER, row[0])
        and row[1]
        and [test for number, test in NAMED if number == row[0]]
    )
    assert not re.sub(r"`[^`]+\.py::\w+`", "", row[2]).strip()


@cache
def defined_in(path: str) -> set[str]:
    """The tests that a file defines, read and not run."""
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name
        for node in module.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name.startswith("test_")
    }


@every_row("test", sorted({test for _, test in NAMED}))
def test_every_test_that_is_named_exists(test):
    path, _, name = test.partition("::")
    assert path.startswith("tests/") and name in defined_in(path)


def test_one_that_does_not_exist_would_be_found():
    assert defined_in("tests/test_security_md.py") >= {"test_every_test_that_is_named_exists"}
    assert "test_made_up" not in defined_in("tests/test_security_md.py")


@every_row("row", rows("Not met"), ids=lambda row: row[0])
def test_what_is_not_met_says_why_and_what_to_do(row):
    assert re.fullmatch(NUMBER, row[0]) and len(row) == 3 and all(row)


@every_row("row", rows("Does not apply"), ids=lambda row: row[0])
def test_what_does_not_apply_says_why(row):
    assert re.fullmatch(NUMBER, row[0]) and len(row) == 2 and all(row)


# --- what it says of the code ---------------------------------------------------------------------


def of_server(setting: str) -> int:
    """A figure of the server's own settings."""
    (size,) = re.findall(
        rf"^{setting} = (\d+)\b",
        (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return int(size)


def checked_at_once() -> int:
    source = (ROOT / "data" / "access" / "accounts.py").read_text(encoding="utf-8")
    (number,) = re.findall(r"BoundedSemaphore\((\d+)\)", source)
    return int(number)


def test_every_limit_is_listed_as_the_code_has_it():
    assert {row[0]: row[1] for row in rows("Limits")} == {
        "characters of a password": f"{accounts.MIN_PASSWORD_LENGTH} to "
        f"{accounts.MAX_PASSWORD_LENGTH}",
        "digits of a PIN": f"{accounts.PIN_LENGTH}",
        "wrong PINs": f"{accounts.MAX_WRONG_PINS}",
        "passwords checked at once by a process": f"{checked_at_once()}",
        "connections of one address": f"{connections.MAX_PER_ADDRESS}",
        "bytes of a form": f"{security.MAX_FORM_BYTES:,}",
        "bytes of a request's cookies": f"{cookies.MAX_BYTES:,}",
        "bytes of a request's head": f"{half_requests.MAX_HEAD:,}",
        "seconds for a request's head": f"{half_requests.HEAD_TIME:.0f}",
        "seconds between two pieces of its body": f"{half_requests.BODY_PAUSE:.0f}",
        "megabytes of a message that is still on its way": f"{of_server('maxMessageSize')}",
        "bytes of what a page sends at once": f"{client_messages.MAX_MESSAGE:,}",
        "characters of a name in it": f"{client_messages.MAX_NAME}",
        "characters of a text in the server's log": f"{logs.MAX_TEXT:,}",
        "megabytes of a file": f"{of_server('maxUploadSize')}",
        f"files of a sign-in within {uploads.WINDOW / 60:.0f} minutes": f"{uploads.MAX_FILES}",
        "photographs of a report": f"{photographs.MAX_PHOTOGRAPHS}",
        "megapixels of a photograph": f"{photographs.MAX_PIXELS // 10**6}",
        "scans of a batch": f"{forms.MAX_SCANS}",
        "bytes of a request to the API": f"{forms.MAX_BYTES:,}",
        "bytes of a picture of a badge": f"{forms.MAX_PICTURE_BYTES:,}",
        "megapixels of a picture of a badge": f"{pictures.MAX_PIXELS // 10**6}",
        "characters of a note": f"{tasks.NOTE_LENGTH}",
        "characters of a headline": f"{tasks.HEADLINE_LENGTH}",
        "characters of a log entry": f"{incidents.ENTRY_LENGTH}",
        "characters of a conclusion": f"{reviews.CONCLUSION_LENGTH}",
        "characters of a directive": f"{directives.DIRECTIVE_LENGTH}",
        "characters of a directive's reason": f"{directives.WHY_LENGTH}",
        "characters of a roll-call's question": f"{roll_calls.QUESTION_LENGTH}",
        "characters of an answer to a roll-call": f"{roll_calls.WORDS_LENGTH}",
        "characters of a task's title": f"{plan.TITLE_LENGTH}",
        "characters of a reason": f"{ledger.REASON_LENGTH}",
        "characters of a media title": f"{media.TITLE_LENGTH}",
        "characters of a display's name": f"{sign_ins.NAME_LENGTH}",
        "days until data may be erased": f"{erasure.KEEP_DAYS}",
    }
    guessing = " ".join(part("Guessing").split())
    free = (
        accounts.FREE_OF_ACCOUNT_AT_ADDRESS,
        accounts.FREE_OF_ACCOUNT,
        accounts.FREE_OF_ADDRESS,
        accounts.FREE_OF_KNOWN,
    )
    assert (
        f"({free[0]} free within {accounts.TRIES_WINDOW // timedelta(minutes=1)} minutes)"
        in guessing
    )
    assert re.findall(r"\((\d+)\)", guessing) == [str(number) for number in free[1:]]
    waits = (
        accounts.FIRST_WAIT // timedelta(seconds=1),
        accounts.MAX_WAIT // timedelta(minutes=1),
    )
    assert "from {} seconds to {} minutes".format(*waits) in guessing


def test_every_way_in_is_listed_with_how_long_it_lasts():
    lifetimes = {row[0]: row[1] for row in rows("Ways in")}
    assert {how: int(lasts.split()[0]) for how, lasts in lifetimes.items()} == {
        how.value: span.days for how, span in sign_ins.LIFETIMES.items()
    }
    text = " ".join(part("Ways in").split())
    assert (
        f"once within {sign_ins.INVITATION_LIFETIME.days} days" in text
        and f"Unused for {sign_ins.MAX_IDLE.days} days" in text
    )
    assert (
        f"after {accounts.MAX_DESK_IDLE // timedelta(minutes=1)} minutes without a command" in text
    )
    assert timedelta(minutes=1) == sign_ins.TICKET_LIFETIME and "within a minute" in part(
        "Identity provider"
    )


def test_the_words_that_no_password_may_be_are_listed():
    assert ", ".join(accounts.COMMON_VIETNAMESE) in " ".join(part("Guessing").split())


def test_every_reason_that_the_log_gives_is_listed():
    assert set(re.findall(r"`([a-z]+_[a-z_]+)`", part("Logs"))) == ACCESS_REFUSALS


def test_every_module_that_hashes_signs_or_draws_is_in_the_inventory():
    using = {
        "hashlib",
        "hmac",
        "secrets",
        "argon2",
        "itsdangerous",
        "cryptography",
        "joserfc",
        "authlib",
        "ssl",
        "jwt",
        "nacl",
    }
    found = {
        path.relative_to(ROOT).as_posix() for _, path in MODULES if imported(tree(path)) & using
    }
    assert {
        one for row in rows("Cryptography") for one in re.findall(r"`([\w/]+\.py)`", row[2])
    } == found


def test_passwords_are_masked_and_managers_may_fill_them_in():
    found = []
    for template in sorted(TEMPLATES.glob("*.html")):
        text = template.read_text(encoding="utf-8")
        assert "onpaste" not in text and not re.findall(
            r'<script(?! type="module" src="/assets/[a-z/]+\.js"></script>)', text
        )
        found += re.findall(r'<input name="(?:password|current|again|pin)"([^>]*)>', text)
    assert len(found) >= 5
    for field in found:
        assert 'type="password"' in field
        assert (
            re.search(r'autocomplete="(current-password|new-password)"', field)
            or 'inputmode="numeric"' in field
        )
