"""The evaluation as it is printed: every figure with its target."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from bot.evaluation import figures
from bot.evaluation.blind_sets import BlindSet
from bot.evaluation.figures import OUT_OF_SCOPE, UNSURE, Judged, Share, Understand
from bot.evaluation.perturbation import CHANCE, PERTURBATIONS

SEEDS = (20, 21, 22, 23, 24)
"""Typos fall elsewhere with each: one alone is some two points of chance."""


def report(understand: Understand, blind: BlindSet, *, show_errors: bool = False) -> list[str]:
    """Returns the lines of a whole evaluation of one set."""
    judged = figures.judge(understand, blind.phrases)
    several = len(blind.two_requests) + len(blind.one_request)
    lines = [f"== {blind.name}: {len(judged)} messages, and {several} of two requests or like two"]
    lines += _scope(judged) if judged else []
    parts = {
        "messages of two requests (goal ≥ 85 %)": figures.two_requests(understand, blind),
        "« et », « mais » but one request": figures.one_request(understand, blind),
        "order numbers and days (goal ≥ 97 %)": figures.entities(understand, blind),
    }
    for name, (share, wrong) in parts.items():
        if not share.of:
            continue  # the acceptance set has single messages only, the pairs none
        lines += [f"{name:45} {share}", *(f"      {w}" for w in wrong if show_errors)]
    if not judged:
        return lines
    lines += _groups(judged)
    lines += _losses(understand, blind, judged)
    if show_errors:
        lines += ["-- wrong labels", *_errors(judged)]
    return lines


def _scope(judged: Sequence[Judged]) -> list[str]:
    inside = figures.in_scope(judged)
    outside = [j for j in judged if j.phrase.intent == OUT_OF_SCOPE]
    near = [j for j in outside if j.phrase.kind == "near"]
    refused = Share(sum(j.label == OUT_OF_SCOPE for j in inside), len(inside))
    unsure = [j for j in inside if j.label == UNSURE]
    offered = Share(sum(j.phrase.intent in j.offered for j in unsure), len(unsure))
    either = sum(j.right or (j.label == UNSURE and j.phrase.intent in j.offered) for j in inside)
    name, worst = min(
        figures.by(inside, lambda j: j.phrase.intent).items(), key=lambda item: item[1].value
    )
    rows: list[tuple[str, object]] = [
        ("in scope, right (goal ≥ 95 %)", figures.share(inside)),
        ("in scope, mean over intents (goal ≥ 95 %)", f"{figures.macro(inside):6.1%}"),
        ("worst intent (goal ≥ 85 %)", f"{worst}  {name}"),
        ("in scope, right or offered when unsure", Share(either, len(inside))),
        ("unsure in scope: right choice offered", offered),
        ("in scope, refused (goal ≤ 3 %)", refused),
        ("out of scope, recognised (goal ≥ 90 %)", figures.share(outside)),
    ]
    if near:  # the acceptance set does not tell kinds apart
        rows.append(("out of scope but near (goal ≥ 85 %)", figures.share(near)))
    return [f"{name:45} {value}" for name, value in rows]


def _groups(judged: Sequence[Judged]) -> list[str]:
    lines = ["-- by intent"]
    lines += [f"   {n:42} {s}" for n, s in figures.by(judged, lambda j: j.phrase.intent).items()]
    lines.append("-- by style, in scope")
    inside = figures.in_scope(judged)
    lines += [f"   {n:42} {s}" for n, s in figures.by(inside, lambda j: j.phrase.style).items()]
    lines.append("-- out of scope, by kind")
    outside = [j for j in judged if j.phrase.intent == OUT_OF_SCOPE]
    lines += [f"   {n:42} {s}" for n, s in figures.by(outside, lambda j: j.phrase.kind).items()]
    lines.append("-- confusions, meant → understood")
    lines += [f"   {n:3} {a} → {b}" for (a, b), n in figures.confusions(judged)]
    return lines


def _losses(understand: Understand, blind: BlindSet, judged: Sequence[Judged]) -> list[str]:
    lines = ["-- loss under perturbation, in scope (goals: 3 points, 3, 6, 6)"]
    inside = figures.in_scope(judged)
    clean = figures.share(inside)
    for name, perturb in PERTURBATIONS.items():
        rights = []
        for seed in SEEDS if name in CHANCE else SEEDS[:1]:
            dice = random.Random(seed)
            harder = [replace(j.phrase, text=perturb(j.phrase.text, dice)) for j in inside]
            rights.append(figures.share(figures.judge(understand, harder)).value)
        now = fmean(rights)
        lost = f"{(clean.value - now) * 100:5.1f} points"
        lines.append(f"   {name:42} {lost}  ({now:.1%}, mean of {len(rights)})")
    return lines


def _errors(judged: Sequence[Judged]) -> list[str]:
    return [
        f"   {j.phrase.intent} → {j.label} {j.confidence:.2f} ({', '.join(j.offered)}) "
        f"[{j.phrase.style} {j.phrase.kind}] {j.phrase.text}"
        for j in judged
        if not j.right
    ]
