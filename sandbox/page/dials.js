// The fault dials.

import { byId, h, post } from "./dom.js";
import { PROVIDERS } from "./loop.js";

const MODES = [
  ["none", "normal"],
  ["down", "fora do ar (503)"],
  ["slow", "lento (8 s)"],
  ["drop", "engole a resposta"],
  ["garbage", "responde lixo"],
  ["garbled", "faz e responde {}"],
  ["busy", "pede calma (429)"],
];

const fault = (provider, mode, label, tone) => ({
  label,
  tone,
  on: (dials) => dials.faults[provider].mode === mode,
  turn: (on) => post("fault", { provider, mode: on ? mode : "none" }),
});

const DIALS = [
  { label: "WhatsApp desconectado", on: (dials) => !dials.connected, turn: (on) => post("whatsapp", { connected: !on }) },
  fault("melhor_envio", "slow", "Melhor Envio lento", "amber"),
  fault("melhor_envio", "down", "Melhor Envio fora"),
  fault("asaas", "drop", "Asaas engole a resposta"),
  fault("resend", "down", "Resend fora"),
  { label: "Todo webhook em dobro", tone: "amber", on: (dials) => dials.twice, turn: (on) => post("twice", { on }) },
];

const buttons = DIALS.map((dial) => {
  const button = h(
    "button",
    {
      type: "button",
      class: "dial",
      "aria-pressed": "false",
      dataset: { tone: dial.tone || "alert" },
      onclick: () => dial.turn(button.getAttribute("aria-pressed") !== "true"),
    },
    h("span", { class: "lamp", "aria-hidden": "true" }),
    dial.label,
  );
  return button;
});

const selects = new Map(
  PROVIDERS.map(([key, name]) => {
    const select = h(
      "select",
      { onchange: () => post("fault", { provider: key, mode: select.value }) },
      ...MODES.map(([mode, label]) => h("option", { value: mode }, label)),
    );
    byId("more").append(h("label", {}, name, select));
    return [key, select];
  }),
);

byId("dials").append(...buttons);

export function paintDials(dials) {
  DIALS.forEach((dial, index) => buttons[index].setAttribute("aria-pressed", String(dial.on(dials))));
  for (const [key, select] of selects) {
    select.value = dials.faults[key].mode;
    select.classList.toggle("on", select.value !== "none");
  }
  for (const button of document.querySelectorAll("[data-jump]")) button.disabled = !dials.can_jump;
}

export function wireDials() {
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => post("jump", { minutes: Number(button.dataset.jump) }));
  }
  const more = document.querySelector(".more");
  document.addEventListener("click", (event) => {
    if (more.open && !more.contains(event.target)) more.open = false;
  });
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    more.open = false;
    more.querySelector("summary").focus();
  });
}
