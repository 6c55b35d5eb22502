"""Staff ask the assistant in Slack: by message, mention and command; who may not is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.errors import MarketplaceUnavailable
from bot.support.slack import RESPOND
from tests.slack.asking_bench import HOOK, Bench, buttons, click, mention, message, said

NUMBER = "FO21B8A4C9"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    running = Bench(tmp_path_factory.mktemp("asking"))
    yield running
    running.close()


# Questions


def test_a_question_gets_the_approved_answer_word_for_word_with_its_source(bench: Bench) -> None:
    bench.assistant.understands(("faq_buyer_unresponsive", 0.93))
    call = bench.asks("mon client ne répond plus, je dis quoi ?")
    entry = bench.application.content.entries["faq_buyer_unresponsive"]
    assert call.method == "chat.postMessage" and call.arguments["channel"] == "D1"
    assert entry.text in said(call)
    url = bench.application.content.article_urls[entry.source_link]
    assert f"<{url}|{entry.source_name}>" in said(call)
    assert f"version {entry.version}" in said(call)
    assert not buttons(call)


def test_whoever_asks_gets_faq_answers_also_unmapped(bench: Bench) -> None:
    bench.assistant.understands(("faq_success_score", 0.9))
    assert "Score" in said(bench.asks("c'est quoi le score ?", "USTRANGER"))


def test_two_questions_get_two_answers_in_their_order(bench: Bench) -> None:
    bench.assistant.understands(
        ("faq_report_buyer", 0.7),
        segments=[("faq_block_buyer", 0.9), ("faq_report_buyer", 0.8)],
    )
    text = said(bench.asks("comment le bloquer et comment le signaler"))
    titles = [
        bench.application.content.entries[i].title for i in ("faq_block_buyer", "faq_report_buyer")
    ]
    assert text.index(f"*{titles[0]}*") < text.index(f"*{titles[1]}*")


def test_unsure_it_offers_topics_and_the_chosen_one_replaces_them(bench: Bench) -> None:
    bench.assistant.understands(
        ("faq_block_buyer", 0.45), ("faq_report_buyer", 0.3), ("order_status", 0.2)
    )
    call = bench.asks("le client")
    offered = buttons(call)
    assert [b["value"] for b in offered.values()] == ["faq_block_buyer", "faq_report_buyer"]
    assert bench.application.content.entries["faq_block_buyer"].text not in said(call)
    action = "ask_topic:1"
    (chosen,) = bench.does(f"action:{action}", click(action, offered[action]["value"]))
    assert chosen.method == RESPOND and chosen.arguments["replace_original"] is True
    assert bench.application.content.entries["faq_report_buyer"].text in said(chosen)


def test_a_topic_that_is_gone_says_so(bench: Bench) -> None:
    (call,) = bench.does("action:ask_topic:0", click("ask_topic:0", "faq_of_old"))
    assert "n'existe plus" in said(call)


@pytest.mark.parametrize(
    ("ranking", "kind", "says"),
    [
        ([("out_of_scope", 0.95), ("faq_block_buyer", 0.2)], "", "je n'invente rien"),
        ([("out_of_scope", 0.9)], "distress", "tout de suite"),
        ([("thank", 0.9)], "", "Posez-moi"),
        ([("nlu_fallback", 0.9)], "", "je n'invente rien"),
    ],
)
def test_what_the_faq_does_not_say_is_not_made_up(
    bench: Bench, ranking: list[tuple[str, float]], kind: str, says: str
) -> None:
    bench.assistant.understands(*ranking, kind=kind)
    call = bench.asks("une question")
    assert says in said(call) and not buttons(call)


def test_a_model_that_is_not_there_says_so_kindly(bench: Bench) -> None:
    bench.assistant.broken = True
    try:
        assert "Réessayez" in said(bench.asks("comment bloquer un client"))
    finally:
        bench.assistant.broken = False


def test_a_mention_is_answered_in_a_thread_for_everybody(bench: Bench) -> None:
    bench.assistant.understands(("faq_report_buyer", 0.9))
    (call,) = bench.does("event:app_mention", mention("comment signaler &lt;un&gt; client ?"))
    assert call.method == "chat.postMessage"
    assert call.arguments["thread_ts"] == "1764014000.000200"
    assert bench.assistant.texts[-1] == "comment signaler <un> client ?"
    (call,) = bench.does("event:app_mention", mention("signaler", thread_ts="1764013000.1"))
    assert call.arguments["thread_ts"] == "1764013000.1"


@pytest.mark.parametrize(
    "event",
    [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"subtype": "message_deleted"},
     {"subtype": "bot_message"}, {"user": None}],
)  # fmt: skip
def test_bots_edits_and_deletions_are_no_questions(bench: Bench, event: dict[str, str]) -> None:
    assert bench.handlers["event:message.im"](message("statut", **event)) == []
    assert bench.handlers["event:app_mention"](mention("statut", **event)) == []


def test_files_are_refused_kindly_and_the_words_beside_them_are_read(bench: Bench) -> None:
    shared = {"subtype": "file_share", "files": [{"id": "F1"}]}
    (refused,) = bench.does("event:message.im", message("", **shared))
    assert "Je ne lis pas les fichiers" in said(refused)
    calls = bench.does("event:message.im", message("aide", **shared))
    assert len(calls) == 2 and "Ce que je sais faire" in said(calls[1])


# Orders


def test_staff_read_any_order(bench: Bench) -> None:
    text = said(bench.asks(f"statut {NUMBER.lower()}"))
    assert NUMBER in text and "Julie Martin" in text and "lea" in text
    assert "À livrer avant le" in text
    assert "dépassée de 5 heures" in said(bench.asks("statut FO5C0RAL88"))
    assert "Prolongation" not in text


def test_staff_read_a_sellers_open_orders_the_most_urgent_first(bench: Bench) -> None:
    text = said(bench.asks("commandes lea"))
    assert text.index("FO93LATE30") < text.index(NUMBER)
    assert "Terminée" not in text and "Annulée" not in text
    assert "aucune commande en cours" in said(bench.asks("commandes inconnue"))


@pytest.mark.parametrize("text", [f"statut {NUMBER}", NUMBER, "commandes lea", "statut FO00000000"])
def test_everybody_else_is_refused_alike_and_nothing_is_looked_up(
    bench: Bench, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("find_order", "orders_of"):
        monkeypatch.setattr(bench.marketplace, name, lambda *asked: pytest.fail("looked up"))
    answer = said(bench.asks(text, "USTRANGER"))
    assert answer == said(bench.asks("statut FO99999999", "USTRANGER"))
    assert "USTRANGER" in answer and "relié" in answer


def test_a_disabled_account_is_refused(bench: Bench) -> None:
    assert NUMBER in said(bench.asks(f"statut {NUMBER}", "USAM"))
    bench.application.accounts.disable("sam")
    try:
        assert NUMBER not in said(bench.asks(f"statut {NUMBER}", "USAM"))
    finally:
        bench.application.accounts.enable("sam")


def test_an_order_asked_for_in_a_channel_is_shown_to_who_asked_only(bench: Bench) -> None:
    (call,) = bench.does("event:app_mention", mention(f"statut {NUMBER}"))
    assert call.method == "chat.postEphemeral" and call.arguments["user"] == "UNORA"
    assert "thread_ts" not in call.arguments
    (call,) = bench.does("event:app_mention", mention("commandes lea", thread_ts="1.2"))
    assert call.arguments["thread_ts"] == "1.2"


def test_unknown_numbers_and_a_silent_marketplace(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "pas de commande FO00000000" in said(bench.asks("statut FO00000000"))

    def silent(number: str) -> None:
        raise MarketplaceUnavailable("no answer")

    monkeypatch.setattr(bench.marketplace, "find_order", silent)
    assert "ne répond pas" in said(bench.asks(f"statut {NUMBER}"))


# Commands


def test_commands_are_answered_to_who_typed_them(bench: Bench) -> None:
    call = bench.commands("aide")
    assert call.method == RESPOND and call.arguments["url"] == HOOK
    assert call.arguments["response_type"] == "ephemeral"
    for text in ("", "help", "aide", "AIDE !"):
        assert "Ce que je sais faire" in said(bench.commands(text))
    assert NUMBER in said(bench.commands(f"commande {NUMBER}"))
    assert "numéro" in said(bench.commands("commande"))
    assert "relié" in said(bench.commands(f"commande {NUMBER}", "USTRANGER"))


def test_the_queue_with_names_for_staff_and_figures_for_others(bench: Bench) -> None:
    one = bench.waiting(seller="awa", order_number=None)
    text = said(bench.commands("file"))
    assert f"<https://aide.example.com/console/conversations/{one}|awa>" in text
    assert "attend depuis" in text and "*1* en attente" in text
    stranger = said(bench.commands("file", "USTRANGER"))
    assert "*1* en attente" in stranger and "awa" not in stranger
    bench.application.desk.claim(bench.who("USAM"), one)  # type: ignore[arg-type]
    assert "Personne n'attend" in said(bench.commands("file"))


def test_me(bench: Bench) -> None:
    one = bench.waiting(seller="karim")
    bench.application.desk.claim(bench.who("UNORA"), one)  # type: ignore[arg-type]
    text = said(bench.commands("moi"))
    assert "*Nora* (`nora`, agent)" in text and f"conversations/{one}|karim>" in text
    assert "USTRANGER" in said(bench.commands("moi", "USTRANGER"))


def test_a_question_may_be_a_command_too(bench: Bench) -> None:
    bench.assistant.understands(("faq_report_buyer", 0.9))
    assert "Source" in said(bench.commands("comment signaler un client ?"))


def test_names_and_texts_mention_nobody(bench: Bench) -> None:
    bench.waiting(seller="<!channel>|x")
    text = said(bench.commands("file"))
    assert "<!channel>" not in text and "&lt;!channel&gt;" in text
