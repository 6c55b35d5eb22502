"""Jobs: each done by one worker, and redone when that one died."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.support.conversations import Job


def test_a_key_names_one_job_for_ever(chat: Any) -> None:
    job = Job("accept:1", "auto_accept", chat.now, {"order": "FO21B8A4C9"})
    chat.store.put_job(job, chat.now)
    chat.store.put_job(Job("accept:1", "other", chat.now), chat.now)

    assert chat.store.claim_jobs("one", chat.now) == [job]
    chat.store.finish_job("accept:1", chat.now)
    chat.store.put_job(job, chat.now)
    chat.wait(days=1)
    assert chat.store.claim_jobs("one", chat.now) == []


def test_a_job_waits_for_its_time(chat: Any) -> None:
    now = chat.now
    chat.wait(seconds=10)
    chat.store.put_job(Job("later", "card", chat.now), now)

    assert chat.store.claim_jobs("one", now) == []
    assert [job.key for job in chat.store.claim_jobs("one", chat.now)] == ["later"]


def test_jobs_are_claimed_in_the_order_of_their_time(chat: Any) -> None:
    for key in ("c", "a", "b"):
        chat.store.put_job(Job(key, "card", chat.now), chat.now)
        chat.wait(seconds=1)

    assert [job.key for job in chat.store.claim_jobs("one", chat.now, limit=2)] == ["c", "a"]
    assert [job.key for job in chat.store.claim_jobs("one", chat.now, limit=2)] == ["b"]


def test_jobs_are_claimed_once_by_eight_threads(
    chat: Any, other_store: SqlConversationStore, together: Any
) -> None:
    keys = {f"job-{number:03}" for number in range(100)}
    for key in keys:
        chat.store.put_job(Job(key, "card", chat.now), chat.now)
    stores = [chat.store, other_store]

    def work(place: int) -> list[str]:
        done: list[str] = []
        while claimed := stores[place % 2].claim_jobs(f"w{place}", chat.now, limit=5):
            done += [job.key for job in claimed]
        return done

    claimed = [key for done in together(work, 8) for key in done]
    assert len(claimed) == 100
    assert set(claimed) == keys


def test_a_claimed_job_is_redone_after_the_claim_ends(chat: Any) -> None:
    chat.store.put_job(Job("a", "card", chat.now), chat.now)
    assert len(chat.store.claim_jobs("one", chat.now)) == 1
    chat.wait(seconds=59)
    assert chat.store.claim_jobs("two", chat.now) == []
    chat.wait(seconds=1)
    assert len(chat.store.claim_jobs("two", chat.now)) == 1


def test_a_rescheduled_job_comes_back_with_one_more_attempt(chat: Any) -> None:
    chat.store.put_job(Job("a", "card", chat.now), chat.now)
    chat.store.claim_jobs("one", chat.now)
    now = chat.now
    chat.wait(seconds=5)
    chat.store.reschedule_job("a", chat.now, now)

    assert chat.store.claim_jobs("one", now) == []
    [job] = chat.store.claim_jobs("one", chat.now)
    assert (job.attempts, job.run_at) == (1, chat.now)


def test_a_finished_job_is_not_put_back(chat: Any) -> None:
    chat.store.put_job(Job("a", "card", chat.now), chat.now)
    chat.store.finish_job("a", chat.now)
    chat.store.reschedule_job("a", chat.now, chat.now)
    assert chat.store.claim_jobs("one", chat.now) == []


def test_a_job_of_a_kind_nobody_here_runs_is_left_to_others(chat: Any) -> None:
    chat.store.put_job(Job("a", "of a newer version", chat.now), chat.now)
    chat.store.put_job(Job("b", "card", chat.now), chat.now)
    claimed = chat.store.claim_jobs("old", chat.now, kinds=("card", "other"))
    assert [job.key for job in claimed] == ["b"]
    assert [job.key for job in chat.store.claim_jobs("new", chat.now)] == ["a"]


def test_a_worker_whose_claim_ran_out_settles_nothing(chat: Any) -> None:
    chat.store.put_job(Job("a", "card", chat.now), chat.now)
    chat.store.claim_jobs("slow", chat.now)
    chat.wait(seconds=61)
    chat.store.claim_jobs("quick", chat.now)
    chat.store.finish_job("a", chat.now, "slow")
    chat.store.reschedule_job("a", chat.now, chat.now, "slow")
    assert chat.store.claim_jobs("third", chat.now) == []  # it is still the quick one's
    chat.store.finish_job("a", chat.now, "quick")
    chat.wait(days=1)
    assert chat.store.claim_jobs("third", chat.now) == []


def test_what_was_rescheduled_meanwhile_is_not_put_off_by_who_ran_it(chat: Any) -> None:
    chat.store.put_job(Job("a", "card", chat.now), chat.now)
    chat.store.claim_jobs("one", chat.now)
    chat.store.reschedule_job("a", chat.now, chat.now)  # a webhook: look again at once
    later = chat.now + timedelta(days=2)
    chat.store.reschedule_job("a", later, chat.now, "one")
    assert [job.key for job in chat.store.claim_jobs("two", chat.now)] == ["a"]
