"""What somebody does at one replica is known at the others, and forgotten there by itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.services.presence import LOOKING_LASTS, TYPING_LASTS, Presence
from bot.support.desk import Holder
from bot.support.staff import Role, Staff

NORA, OMAR = Staff("nora", "Nora", Role.AGENT), Staff("omar", "Omar", Role.AGENT)


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def two(clock: Clock) -> tuple[Presence, Presence]:
    """Two replicas that hear each other."""
    one = Presence(clock, lambda word: other.hear(word))
    other = Presence(clock, lambda word: one.hear(word))
    return one, other


def test_who_looks_is_seen_at_both_and_once(two: tuple[Presence, Presence]) -> None:
    one, other = two
    assert one.look("window-1", NORA, "c_1") == {"c_1"}
    assert other.look("window-2", NORA, "c_1") == {"c_1"}
    other.look("window-3", OMAR, "c_2")
    for replica in two:
        assert replica.viewers("c_1") == (Holder("nora", "Nora"),)
        assert set(replica.everywhere()) == {"c_1", "c_2"}
    assert one.look("window-1", NORA, None) == {"c_1"}
    assert other.look("window-2", NORA, "c_2") == {"c_1", "c_2"}
    for replica in two:
        assert replica.viewers("c_1") == ()
        assert [who.name for who in replica.viewers("c_2")] == ["Nora", "Omar"]


def test_a_replica_that_died_is_forgotten(two: tuple[Presence, Presence], clock: Clock) -> None:
    one, other = two
    one.look("window-1", NORA, "c_1")
    clock.moment += LOOKING_LASTS - timedelta(seconds=1)
    assert other.viewers("c_1")
    assert one.look("window-1", NORA, "c_1") == set()  # saying so again is told, too
    clock.moment += timedelta(seconds=2)
    assert other.viewers("c_1")
    clock.moment += LOOKING_LASTS
    assert other.viewers("c_1") == () and other.everywhere() == {}


def test_typing_is_seen_until_the_message_is_there(
    two: tuple[Presence, Presence], clock: Clock
) -> None:
    one, other = two
    one.type(NORA, "c_1")
    assert other.typing("c_1") == (Holder("nora", "Nora"), TYPING_LASTS.total_seconds())
    other.stop_typing("c_1")
    assert one.typing("c_1") is None
    one.type(NORA, "c_1")
    clock.moment += TYPING_LASTS
    assert other.typing("c_1") is None


def test_a_seller_who_types_is_seen_at_both(two: tuple[Presence, Presence], clock: Clock) -> None:
    one, other = two
    one.seller_types("c_1")
    assert other.is_seller_typing("c_1") and not other.is_seller_typing("c_2")
    clock.moment += TYPING_LASTS
    assert not other.is_seller_typing("c_1")


def test_what_is_over_takes_no_room(two: tuple[Presence, Presence], clock: Clock) -> None:
    one = two[0]
    for number in range(50):
        one.look(f"window-{number}", NORA, f"c_{number}")
        one.type(NORA, f"c_{number}")
        one.seller_types(f"c_{number}")
    clock.moment += LOOKING_LASTS
    one.look("window", NORA, "c")
    one.type(NORA, "c")
    one.seller_types("c")
    for replica in two:
        kept = (replica._looking, replica._typing, replica._sellers_typing)
        assert [len(each) for each in kept] == [1, 1, 1]


@pytest.mark.parametrize("word", [("looks", "w"), ("types", "c", "n"), ("else", "c"), ("looks",)])
def test_a_word_that_says_nothing_is_refused(word: tuple[str, ...], clock: Clock) -> None:
    with pytest.raises(ValueError):
        Presence(clock).hear(word)
