"""An admin at the accounts and the audit log: asked before, done at once, written down."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from bot.support.staff import Role, Staff


def test_an_admin_shuts_an_account_and_reads_it_in_the_log(
    place: Any, at_console: Callable[..., Any]
) -> None:
    name = f"Paul {uuid.uuid4().hex[:6]}"
    paul = Staff(name.lower().replace(" ", "-"), name, Role.AGENT)
    place.application.accounts.add(paul, "une phrase assez longue")
    admin = at_console("admin")
    admin.arrive("/console/accounts")
    row = admin.page.locator(f'tr[data-account="{paul.id}"]')

    row.get_by_label("Rôle").select_option("supervisor")
    admin.page.get_by_role("dialog").get_by_role("button", name="Annuler").click()
    expect(row.get_by_label("Rôle")).to_have_value("agent")  # as it is

    row.get_by_label("Rôle").select_option("supervisor")
    # The page that is left shows the new role too. The next one has loaded: its script has run.
    with admin.page.expect_navigation():
        admin.page.get_by_role("dialog").get_by_role("button", name="Continuer").click()
    expect(row.get_by_label("Rôle")).to_have_value("supervisor")
    row.get_by_role("button", name="Désactiver").click()
    assert admin.axe() == []
    admin.page.get_by_role("dialog").get_by_role("button", name="Continuer").click()
    expect(row).to_contain_text("Désactivé")
    assert place.application.accounts.staff(paul.id) == Staff(paul.id, name, Role.SUPERVISOR, True)

    admin.arrive("/console/audit")
    admin.page.get_by_label("Objet").select_option(label="Comptes")
    admin.page.get_by_label("Personne").select_option(label="Camille")
    admin.page.get_by_role("button", name="Filtrer").click()
    newest = admin.page.locator("tbody tr").first
    expect(newest).to_contain_text("Camille")
    expect(newest).to_contain_text("Désactivé : non → oui")
    expect(newest).to_contain_text(paul.id)


def test_an_agent_finds_no_way_there(place: Any, at_console: Callable[..., Any]) -> None:
    nora = at_console("nora")
    nora.expects_errors = True  # the browser reports the page's 403
    nora.arrive("/console/audit")
    expect(nora.page.get_by_role("heading", level=1)).to_contain_text("un autre rôle")
    expect(nora.page.get_by_role("link", name="Journal")).to_have_count(0)
    nora.page.get_by_role("link", name="Revenir à la file d’attente").click()
    expect(nora.page).to_have_url(f"{place.address}/console")


def test_signing_in_leads_where_one_wanted_to_go(
    place: Any, at_console: Callable[..., Any]
) -> None:
    stranger = at_console(None)
    stranger.expects_errors = True
    stranger.arrive("/console/audit?kind=account")
    stranger.page.get_by_label("Identifiant").fill("admin")
    stranger.page.get_by_label("Mot de passe").fill("demo-only-password")
    stranger.page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(stranger.page).to_have_url(f"{place.address}/console/audit?kind=account")
    expect(stranger.page.get_by_label("Objet")).to_have_value("account")
