"""WCAG 2.2 AA, the keyboard alone, small screens, zoom, and what screen readers are told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.model

QUESTION = "mon client ne répond plus"
SCHEMES = ["light", "dark"]


def refuse(seen: Any) -> None:
    seen.expects_errors = True
    error = {"error": {"code": "unreadable", "message": "Cette demande est illisible."}}
    seen.page.route(re.compile("/messages$"), lambda route: route.fulfill(status=422, json=error))
    seen.write(QUESTION)
    expect(seen.panel.locator(".is-refused")).to_be_visible()


def go_offline(seen: Any) -> None:
    seen.expects_errors = True
    seen.context.set_offline(True)
    seen.write("et mon taux ?")
    expect(seen.panel.locator(".is-waiting")).to_be_visible()


def end_session(seen: Any) -> None:
    seen.expects_errors = True
    seen.page.route(re.compile("/demo/token$"), lambda route: route.fulfill(status=401, json={}))
    seen.server.clock.move(timedelta(minutes=6))
    seen.write(QUESTION)
    expect(seen.panel.locator(".banner")).to_be_visible()


def confirm(seen: Any) -> None:
    seen.say(f"prolonge la {seen.seller.order_number} de 4 jours, panne d'internet")
    expect(seen.choice("Oui, envoyer la demande")).to_be_visible()


def too_long(seen: Any) -> None:
    seen.field.fill("x" * 2001)
    expect(seen.panel.locator(".count")).to_be_visible()


def history(seen: Any) -> None:
    seen.say(QUESTION)
    seen.choose("Conversations précédentes")
    expect(seen.panel.locator(".past li").first).to_be_visible()


def rate(seen: Any) -> None:
    seen.say(QUESTION)
    seen.choose("Donner mon avis")
    seen.panel.get_by_role("radio", name="3 étoiles").check(force=True)


def menu(seen: Any) -> None:
    seen.say(QUESTION)
    seen.panel.get_by_role("button", name="Autres actions").click()


STATES: dict[str, Callable[[Any], Any]] = {
    "welcome": lambda seen: None,
    "answer": lambda seen: seen.say(QUESTION),
    "confirmation": confirm,
    "menu": menu,
    "history": history,
    "rating": rate,
    "offline": go_offline,
    "refused": refuse,
    "ended": end_session,
    "too long": too_long,
    "notice": lambda seen: seen.field.evaluate(
        "field => { const data = new DataTransfer(); data.items.add(new File(['x'], 'x.txt'));"
        " field.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true,"
        " clipboardData: data})); }"
    ),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit: Callable[..., Any], state: str, scheme: str) -> None:
    seen = visit(color_scheme=scheme)
    seen.seller.order_number = seen.seller.has_order().number
    seen.arrive().open()
    STATES[state](seen)
    assert seen.axe() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_the_dashboard_and_a_phone(
    visit: Callable[..., Any], scheme: str
) -> None:
    seen = visit(color_scheme=scheme, viewport={"width": 320, "height": 640}, has_touch=True)
    seen.seller.has_order()
    late = seen.server.clock.now() - timedelta(days=1)
    seen.seller.has_order(due_at=late)
    seen.arrive()
    assert seen.axe() == []
    seen.open()
    seen.say(QUESTION)
    assert seen.axe() == []


def test_axe_would_find_something(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.field.evaluate("field => field.labels[0].remove() ?? field.removeAttribute('placeholder')")
    seen.panel.locator(".hint").evaluate("hint => { hint.style.color = '#ccc'; }")
    found = " ".join(seen.axe())
    assert "label" in found and "color-contrast" in found


def test_by_keyboard_alone(visit: Callable[..., Any]) -> None:
    seen = visit()
    order = seen.seller.has_order()
    seen.arrive()
    press = seen.page.keyboard.press
    for _ in range(20):
        press("Tab")
        if "launcher" in seen.focused():
            break
    press("Enter")
    expect(seen.field).to_be_focused()
    seen.page.keyboard.type(f"prolonge la {order.number} de 4 jours")
    press("Enter")
    seen.answered(0)
    for title in ("Un imprévu", "Oui, envoyer la demande"):
        before = seen.by("bot").count()
        expect(seen.choice(title)).to_be_visible()
        for _ in range(12):
            press("Shift+Tab")
            if seen.choice(title).evaluate("button => button.matches(':focus-visible')"):
                break
        press("Enter")
        seen.answered(before)
        expect(seen.field).to_be_focused()  # its button is inert now: the focus is not lost
    assert len(seen.seller.requests(order)) == 1
    press("Escape")
    expect(seen.panel).to_be_hidden()
    assert "launcher" in seen.focused()


def test_escape_closes_one_thing_at_a_time(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    press = seen.page.keyboard.press
    seen.panel.get_by_role("button", name="Autres actions").press("Enter")
    expect(seen.panel.locator(".menu")).to_be_visible()
    press("Escape")
    expect(seen.panel.locator(".menu")).to_be_hidden()
    expect(seen.panel.get_by_role("button", name="Autres actions")).to_be_focused()
    seen.choose("Conversations précédentes")
    expect(seen.panel.get_by_role("button", name="Revenir à la conversation")).to_be_focused()
    press("Escape")
    expect(seen.field).to_be_focused()
    press("Escape")
    expect(seen.panel).to_be_hidden()


RECORD = """
window.__added = [];
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  const root = attach.call(this, options);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      const log = node.closest?.('[role=log]');
      if (log && node.classList.contains('message')) {
        window.__added.push([log.getAttribute('aria-live'), node.textContent]);
      }
    }
  }).observe(root, {childList: true, subtree: true});
  return root;
};
"""


def late(route: Route) -> None:
    time.sleep(0.3)
    route.continue_()


def test_only_what_is_new_is_read_out_and_once(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.page.add_init_script(RECORD)
    seen.arrive().open()
    seen.say(QUESTION)
    seen.page.evaluate("() => new Promise(done => setTimeout(done, 100))")
    # Slower than the two frames after which an empty log listens.
    seen.page.route("**/messages?*", late)
    seen.page.reload()
    seen.open()
    expect(seen.by("bot").first).to_be_visible()
    seen.page.unroute("**/messages?*")
    # History comes in while the log is off; nothing of it is added again later.
    history = seen.panel.locator(".message").count()
    expect(seen.panel.get_by_role("log")).to_have_attribute("aria-live", "polite")
    seen.say("c'est quoi mon taux ?")
    added = seen.page.evaluate("() => window.__added")
    live = [text for how, text in added if how == "polite"]
    assert len(live) == seen.panel.locator(".message").count() - history >= 2
    assert not any("Prolonger la date" in text for text in live)


def test_the_status_of_a_message_is_said(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.arrive().open()
    seen.say(QUESTION)
    expect(seen.by("seller").first).to_contain_text("Vous")
    expect(seen.by("seller").first).to_contain_text("Envoyé")
    expect(seen.by("bot").first).to_contain_text("Assistant automatique")
    go_offline(seen)
    expect(seen.panel.get_by_role("status").last).to_contain_text("Pas de connexion")
    seen.context.set_offline(False)
    expect(seen.panel.get_by_role("status").last).to_contain_text("Connexion rétablie")


SCREENS = {
    "320 px": {"viewport": {"width": 320, "height": 568}},
    "200 % zoom": {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2},
    "400 % zoom": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "phone": {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True},
}


@pytest.mark.parametrize("screen", SCREENS)
def test_everything_fits_and_can_be_reached(visit: Callable[..., Any], screen: str) -> None:
    seen = visit(**SCREENS[screen])
    seen.seller.has_order(title="Une très longue identité visuelle " * 3)
    seen.arrive().open()
    seen.say("où en sont mes commandes ?")
    size = seen.page.viewport_size
    box = seen.panel.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
    for part in (seen.field, seen.panel.get_by_role("button", name="Envoyer")):
        inside = part.bounding_box()
        assert inside["y"] + inside["height"] <= box["y"] + box["height"]
        assert inside["x"] + inside["width"] <= box["x"] + box["width"]
    scrolls = "one => one.scrollWidth - one.clientWidth"
    assert seen.panel.locator(".scroller").evaluate(scrolls) <= 0
    assert seen.page.locator("html").evaluate(scrolls) <= 0
    assert seen.panel.locator(".scroller").bounding_box()["height"] >= 70
    seen.choose("Nouvelle conversation")
    expect(seen.panel.locator(".suggestion").first).to_be_visible()


def test_a_phone_is_filled_and_its_keyboard_leaves_room(visit: Callable[..., Any]) -> None:
    seen = visit(**SCREENS["phone"])
    seen.arrive().open()
    seen.say(QUESTION)
    assert seen.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 780}
    expect(seen.panel).to_have_attribute("aria-modal", "true")
    expect(seen.launcher).to_be_hidden()
    seen.page.evaluate(
        "() => { Object.defineProperty(visualViewport, 'height', {value: 420});"
        " Object.defineProperty(visualViewport, 'offsetTop', {value: 30});"
        " visualViewport.dispatchEvent(new Event('resize')); }"
    )
    assert seen.panel.bounding_box() == {"x": 0, "y": 30, "width": 390, "height": 420}
    field = seen.field.bounding_box()
    assert field["y"] + field["height"] <= 450
    for _ in range(12):  # Tab stays inside what covers the page
        seen.page.keyboard.press("Tab")
        assert seen.panel.evaluate("panel => panel.contains(panel.getRootNode().activeElement)")
    seen.panel.get_by_role("button", name="Fermer l’assistant").click()
    assert "launcher" in seen.focused()


def test_targets_are_large_enough(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.seller.order_number = seen.seller.has_order().number
    seen.arrive().open()
    seen.say(QUESTION)
    confirm(seen)
    small = [
        (button.inner_text(), box["width"], box["height"])
        for button in seen.page.locator("seller-assistant button:visible").all()
        if (box := button.bounding_box()) and min(box["width"], box["height"]) < 24
    ]
    assert small == []


def test_whoever_wants_no_motion_gets_none(visit: Callable[..., Any]) -> None:
    moving = (
        "root => [...root.querySelectorAll('*')].filter(one =>"
        " getComputedStyle(one).animationName !== 'none').length"
    )
    for wish, expected in (("no-preference", True), ("reduce", False)):
        seen = visit(reduced_motion=wish).arrive().open()
        count = seen.page.locator("seller-assistant").evaluate(
            f"host => ({moving})(host.shadowRoot)"
        )
        assert bool(count) is expected


def test_sound_is_off_until_it_is_wanted(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.panel.get_by_role("button", name="Autres actions").click()
    switch = seen.panel.get_by_role("switch", name="Son")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()
    seen.page.reload()
    seen.open()
    seen.panel.get_by_role("button", name="Autres actions").click()
    expect(seen.panel.get_by_role("switch", name="Son")).to_be_checked()
