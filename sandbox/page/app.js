// The page of the two phones: receives events from the sandbox and passes each to the part that shows it.

import { byId, showDay, showHour, tabList } from "./dom.js";
import { paintDials, wireDials } from "./dials.js";
import { paintCharges, paintLabels, paintMails, wireDialogs } from "./hands.js";
import { addEntries, paintFaults, replaceEntries, wireLog } from "./loop.js";
import { Phone } from "./phone.js";

const bench = document.querySelector(".bench");
const tabs = [...document.querySelectorAll(".tabs [role=tab]")];
const phones = { buyer: new Phone("buyer", { onUnread: notice }), seller: new Phone("seller", { onUnread: notice }) };
const both = Object.values(phones);

let ahead = 0;
let charges = [];
let labels = [];
let connected = true;

// --- events --------------------------------------------------------------------------------------------

const on = {
  state(state) {
    setClock(state);
    for (const chat of state.chats) both.forEach((phone) => phone.chats.set(chat.phone, chat));
    phones.buyer.setPeople(state.people.buyers);
    phones.seller.setPeople(state.people.sellers);
    on.charges(state);
    on.labels(state);
    on.mails(state);
    on.dials(state.dials);
    replaceEntries(state.log);
    coach();
  },
  chat(chat) {
    both.forEach((phone) => phone.setChat(chat));
    coach();
  },
  charges(news) {
    charges = news.charges;
    paintCharges(charges);
    coach();
  },
  labels(news) {
    labels = news.labels;
    paintLabels(labels);
    coach();
  },
  mails(news) {
    paintMails(news.mails);
  },
  dials(dials) {
    connected = dials.connected;
    paintDials(dials);
    paintFaults(dials.faults, connected);
    both.forEach((phone) => phone.setConnected(connected));
    coach();
  },
  clock: setClock,
  log(news) {
    addEntries(news.entries);
  },
};

function listen() {
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("open", () => setLink(true));
  stream.addEventListener("error", () => setLink(false));
  for (const [topic, handle] of Object.entries(on)) {
    stream.addEventListener(topic, (event) => handle(JSON.parse(event.data)));
  }
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function setLink(up) {
  byId("link").classList.toggle("on", up);
  byId("link").classList.toggle("off", !up);
  const text = up ? "ao vivo" : "reconectando";
  if (byId("link-text").textContent !== text) byId("link-text").textContent = text;
}

// --- the shared clock ----------------------------------------------------------------------------------

function setClock({ now }) {
  ahead = Date.parse(now) - Date.now();
  tick();
}

function tick() {
  const now = new Date(Date.now() + ahead);
  if (byId("clock-day").textContent !== showDay(now)) byId("clock-day").textContent = showDay(now);
  if (byId("clock-hour").textContent !== showHour(now)) byId("clock-hour").textContent = showHour(now);
  both.forEach((phone) => phone.tick(now));
}

// --- hints for newcomers -------------------------------------------------------------------------------

function coach() {
  const waits = charges.some((charge) => charge.live) || labels.some((label) => label.actions.length);
  byId("tab-world").querySelector(".dot").hidden = !waits || bench.dataset.show === "world";
  const text = advice();
  if (byId("coach-text").textContent !== text) byId("coach-text").textContent = text;
}

const first = (person) => person.name.split(" ")[0];

function advice() {
  if (!connected) return "O WhatsApp caiu: as mensagens esperam na fila e saem quando ele voltar.";
  const buyer = phones.buyer.owner;
  const seller = phones.seller.owner;
  if (!buyer || !seller) return "Ligando a bancada…";
  const live = charges.find((charge) => charge.live);
  if (live) return "Há uma cobrança esperando: pague em Cobranças e veja os dois lados serem avisados.";
  const label = labels.find((one) => one.actions.length);
  if (label) return "A etiqueta está pronta: em Etiquetas, faça a transportadora bipar a encomenda.";
  if (!phones.buyer.chat.messages.length && !phones.seller.chat.messages.length) {
    return `Toque na frase destacada no celular de ${first(buyer)} e veja a venda dar a volta.`;
  }
  if (phones.seller.pending.some((message) => /Ainda tem a peça/i.test(message.text || ""))) {
    return `${seller.name} vendeu: responda se ainda tem a peça.`;
  }
  if (phones.buyer.pending.length) return `É a vez de ${first(buyer)}: toque numa resposta ou escreva do seu jeito.`;
  return "Converse, ou vire um defeito lá embaixo e veja o pedido chegar ao fim mesmo assim.";
}

// --- narrow screens: one pane at a time ----------------------------------------------------------------

function notice(role) {
  const dot = tabs.find((tab) => tab.dataset.pane === role).querySelector(".dot");
  dot.hidden = false;
}

tabList(tabs, (tab) => {
  bench.dataset.show = tab.dataset.pane;
  tab.querySelector(".dot").hidden = true;
  coach();
  both.forEach((phone) => phone.role === tab.dataset.pane && phone.paint());
});

const records = [byId("rec-log"), byId("rec-mail")];
tabList(records, (tab) => {
  for (const one of records) byId(one.getAttribute("aria-controls")).hidden = one !== tab;
  byId("log-tools").hidden = tab !== records[0];
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const phone = bench.dataset.show === "seller" && phones.seller.visible ? phones.seller : phones.buyer;
  phone.field.focus();
});

wireDialogs();
wireLog();
wireDials();
listen();
setInterval(tick, 1000);
