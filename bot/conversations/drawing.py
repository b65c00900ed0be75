"""Renders the flows as Mermaid state diagrams, from the data that the engine runs."""

from __future__ import annotations

from bot.conversations.flows import FLOWS
from bot.conversations.steps import END, Flow, Step

RESERVED = frozenset(["as", "class", "default", "direction", "end", "note", "state", "style"])
"""Words of Mermaid that cannot name a state; such a step gets an underscore."""


def mermaid() -> dict[str, str]:
    """Name of each flow → its diagram. Questions are states, actions are choices, other flows are in brackets."""
    return {name: draw(flow) for name, flow in FLOWS.items()}


def draw(flow: Flow) -> str:
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    {_state(step)}" for step in flow.steps]
    lines.append(f"    [*] --> {_id(flow.steps[0].name)}")
    others: set[str] = set()
    for step in flow.steps:
        for answer, target in step.leads.items():
            if target.startswith(">"):
                others.add(target[1:])
            lines.append(f"    {_id(step.name)} --> {_target(target)}: {answer}")
    lines += [f'    state "→ {name}" as to_{name}' for name in sorted(others)]
    lines += [f"    to_{name} --> [*]" for name in sorted(others)]
    if flow.turns:
        lines.append('    state "at any question" as anywhere')
        lines += [f"    anywhere --> {_id(name)}" for name in flow.turns]
    return "\n".join(lines)


def _state(step: Step) -> str:
    if step.act is not None:
        return f'state "⚙ {step.name}" as {_id(step.name)}'
    if step.waits:
        return f'state "⏳ {step.name}" as {_id(step.name)}'
    return f'state "{step.name}?" as {_id(step.name)}'


def _target(target: str) -> str:
    if target == END:
        return "[*]"
    return f"to_{target[1:]}" if target.startswith(">") else _id(target)


def _id(name: str) -> str:
    return f"{name}_" if name in RESERVED else name
