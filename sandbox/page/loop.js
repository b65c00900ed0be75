// The event loop at work: the drawing lights up for each kind of step, and each step is a row with details.

import { byId, h, s, showSecond } from "./dom.js";
import { isBad, titled } from "./words.js";

const STEP = { event: "evento", decision: "decisão", command: "comando", result: "resultado", call: "chamada", webhook: "webhook" };
export const PROVIDERS = [
  ["whatsapp", "WhatsApp"],
  ["asaas", "Asaas"],
  ["melhor_envio", "Melhor Envio"],
  ["resend", "Resend"],
  ["cloudflare", "Cloudflare"],
  ["viacep", "ViaCEP"],
];
const PROVIDER_X = [10, 118, 208, 346, 446, 564];
const MOST = 300;
const LIT = 900;

const drawing = byId("loop-drawing");
const list = byId("log");
const timers = new Map();
let turns = 0;
let paused = false;
let held = [];

for (const [index, [key, name]] of PROVIDERS.entries()) {
  const group = s("g", { class: "provider", "data-provider": key });
  group.append(s("circle", { cx: PROVIDER_X[index], cy: 180, r: 4 }));
  const text = s("text", { x: PROVIDER_X[index] + 10, y: 184 });
  text.textContent = name;
  group.append(text);
  byId("providers").append(group);
}

function light(node, name = "lit", time = LIT) {
  if (!node) return;
  clearTimeout(timers.get(node));
  node.classList.add(name);
  timers.set(node, setTimeout(() => node.classList.remove(name), time));
}

function flash(entry) {
  if (entry.step === "call") {
    light(drawing.querySelector(`[data-provider="${CSS.escape(entry.provider)}"]`));
    return;
  }
  light(drawing.querySelector(`.seg[data-seg="${CSS.escape(entry.step)}"]`));
  light(drawing.querySelector(`.station[data-step="${CSS.escape(entry.step)}"]`));
  const spark = drawing.querySelector(`.spark[data-seg="${CSS.escape(entry.step)}"]`);
  if (spark && !spark.classList.contains("run")) {
    spark.classList.add("run");
    spark.addEventListener("animationend", () => spark.classList.remove("run"), { once: true });
  }
}

function draw(entry, fresh) {
  const detail = h("pre");
  const row = h(
    "li",
    { dataset: { step: entry.step, kind: entry.kind } },
    h(
      "details",
      {
        ontoggle: () => {
          if (!detail.textContent) detail.textContent = JSON.stringify(entry.detail ?? null, null, 2);
        },
      },
      h(
        "summary",
        {},
        h("time", { datetime: entry.at }, showSecond(entry.at)),
        h("span", { class: "step" }, STEP[entry.step] || entry.step),
        h("span", { class: isBad(entry) ? "log-title bad" : "log-title" }, titled(entry)),
        h("span", { class: "lane" }, entry.lane || ""),
        h("span", { class: "ms" }, entry.ms === null || entry.ms === undefined ? "" : `${Math.round(entry.ms)} ms`),
      ),
      detail,
    ),
  );
  if (fresh) row.classList.add("fresh");
  return row;
}

/** Oldest first. */
export function addEntries(entries, fresh = true) {
  if (paused) {
    held = [...held, ...entries].slice(-MOST);
    byId("pause").textContent = `seguir (${held.length})`;
  } else {
    insert(entries, fresh);
  }
  for (const entry of entries) {
    if (fresh) flash(entry);
    if (entry.step !== "decision") continue;
    turns += 1;
    const took = entry.ms === null || entry.ms === undefined ? "" : `${Math.round(entry.ms)} ms · `;
    byId("turns-sub").textContent = `${took}${entry.lane || titled(entry)}`;
  }
  byId("turns").textContent = turns === 1 ? "1 volta" : `${turns} voltas`;
}

function insert(entries, fresh) {
  list.prepend(...entries.map((entry) => draw(entry, fresh)).reverse());
  while (list.children.length > MOST) list.lastChild.remove();
  byId("log-empty").hidden = list.children.length > 0;
}

export function replaceEntries(entries) {
  list.replaceChildren();
  turns = 0;
  held = [];
  addEntries(entries, false);
}

export function paintFaults(faults, connected) {
  for (const [key] of PROVIDERS) {
    const bad = faults[key]?.mode !== "none" || (key === "whatsapp" && !connected);
    drawing.querySelector(`[data-provider="${key}"]`).classList.toggle("bad", bad);
  }
}

export function wireLog() {
  for (const chip of document.querySelectorAll("[data-filter]")) {
    chip.addEventListener("click", () => {
      const on = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(on));
      const hidden = [...document.querySelectorAll('[data-filter][aria-pressed="false"]')].map((other) => other.dataset.filter);
      list.dataset.hide = hidden.join(" ");
    });
  }
  const pause = byId("pause");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "seguir" : "pausar";
    if (!paused) {
      insert(held, false);
      held = [];
    }
  });
}
