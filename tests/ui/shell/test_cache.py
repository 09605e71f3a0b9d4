"""Tests of ui/shell/cache.py: one answer for each key, computed once, and never a failed one."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ui.shell.cache import forget_all, shared


def counting(max_entries: int = 8):
    """A shared read, and the keys that it was computed for."""
    computed = []

    @shared(max_entries)
    def read(key, _where):
        computed.append(key)
        return (key, len(computed))

    return read, computed


def wait_until_running(asked: list[Future]) -> None:
    while not all(one.running() or one.done() for one in asked):
        threading.Event().wait(0.001)


def test_the_next_reader_receives_the_same_object():
    read, computed = counting()
    assert read("a", "here") is read("a", "there")
    assert computed == ["a"]


def test_another_key_is_another_answer():
    read, computed = counting()
    assert read("a", None) != read("b", None)
    assert computed == ["a", "b"]


def test_concurrent_readers_wait_for_the_one_that_computes():
    begun, go_on, computed = threading.Event(), threading.Event(), []

    @shared(8)
    def read(key, _where):
        computed.append(key)
        begun.set()
        go_on.wait(10)
        return object()

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(read, "a", None)]
        begun.wait(10)
        asked += [pool.submit(read, "a", None) for _ in range(3)]
        wait_until_running(asked)
        go_on.set()
        answers = [one.result(10) for one in asked]
    assert computed == ["a"]
    assert len(set(map(id, answers))) == 1


def test_a_failure_is_raised_and_not_cached():
    fails = [True]

    @shared(8)
    def read(key, _where):
        if fails:
            raise OSError("lost")
        return key

    with pytest.raises(OSError, match="lost"):
        read("a", None)
    fails.clear()
    assert read("a", None) == "a"


def test_a_reader_that_waited_for_a_failed_one_reads_for_itself():
    begun, go_on, calls = threading.Event(), threading.Event(), []

    @shared(8)
    def read(key, _where):
        calls.append(key)
        if len(calls) == 1:
            begun.set()
            go_on.wait(10)
            raise OSError("lost")
        return key

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(read, "a", None)
        begun.wait(10)
        second = pool.submit(read, "a", None)
        wait_until_running([second])
        go_on.set()
        assert isinstance(first.exception(10), OSError)
        assert second.result(10) == "a"


def test_the_oldest_answer_falls_out():
    read, computed = counting(max_entries=2)
    for key in ("a", "b", "c", "a"):
        read(key, None)
    assert computed == ["a", "b", "c", "a"]


def test_everything_is_forgotten_for_another_database():
    read, computed = counting()
    read("a", None)
    forget_all()
    read("a", None)
    assert computed == ["a", "a"]


def test_a_read_whose_every_argument_is_part_of_the_key_cannot_be_shared():
    """The last argument is not part of the key: each reader would get the first answer for ever."""
    with pytest.raises(TypeError):

        @shared(8)
        def read(key):
            return key
