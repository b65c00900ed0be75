// One phone: its owner, the chat with the shop, and all actions.

import { byId, h, icon, post, showHour, showLongDay, tell } from "./dom.js";
import { formatted, isCode, menu, plain } from "./text.js";

/** Suggested messages, in the order of a sale. `after`: the question of the shop that makes it the next step, where a
 * `plain` one yields to a more specific one; `first`: it opens the conversation. */
const SAY = {
  buyer: [
    { text: "qto fica o farol do corolla 2015 pro 80010-000?", first: true, after: /Cotar frete/i },
    { text: "sim", after: /\*sim\*/i, plain: true },
    { text: "1", after: /\*1\*/, plain: true },
    { text: "pix", after: /prefere pagar/i },
    { text: "529.982.247-25", after: /\bCPF\b/ },
    { text: "Marina Souza, 210 apto 31", after: /nome completo|n[úu]mero da casa/i },
    { text: "kd meu pedido", after: /Pagamento confirmado|postad[oa]|saiu/i },
    { text: "boleto" },
    { text: "nao quero mais" },
    { text: "menu" },
    { text: "atendente" },
  ],
  seller: [
    { text: "oq ta faltando enviar", first: true },
    { text: "1", after: /\*1\*/, plain: true },
    { text: "postei 1042", after: /postei/i },
    { text: "cadastrar retrovisor onix 2018 R$ 350" },
    { text: "pronto", after: /\*pronto\*/i },
    { text: "1,2kg 30 25 20", after: /peso e medida/i },
    { text: "como foi a semana" },
    { text: "cobrar 350 do joão 11 98888-0002 retrovisor onix" },
    { text: "menu" },
  ],
};

const LABEL = { buyer: "Quem compra", seller: "Quem vende" };
const TICKS = { sent: "enviada", delivered: "entregue", read: "lida" };
const BIGGEST = 12 * 1024 * 1024;

export class Phone {
  constructor(role, { onUnread }) {
    this.role = role;
    this.onUnread = onUnread;
    this.people = [];
    this.chats = new Map();
    this.now = () => new Date();
    this.connected = true;
    this.pane = byId(`pane-${role}`);
    this.pane.append(byId("phone-template").content.cloneNode(true));
    const find = (selector) => this.pane.querySelector(selector);
    this.select = find(".owner-select");
    this.list = find(".messages");
    this.state = find(".chat-state");
    this.field = find(".field");
    this.file = find(".file");
    this.suggestions = find(".suggestions");
    this.reach = find(".reach");
    this.time = find(".status-time");
    this.phone = find(".phone");
    find(".owner-label").textContent = LABEL[role];
    this.field.id = `${role}-input`;
    this.field.setAttribute("aria-label", role === "buyer" ? "Mensagem de quem compra" : "Mensagem de quem vende");
    this.list.setAttribute("aria-label", role === "buyer" ? "Conversa de quem compra" : "Conversa de quem vende");
    this.nodes = new Map();
    this.fresh = true;
    this.wire(find);
  }

  wire(find) {
    this.select.addEventListener("change", () => this.repaint());
    find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    find(".attach").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => this.attach());
    this.reach.addEventListener("click", () => {
      const reachable = this.reach.getAttribute("aria-pressed") === "true";
      post("reachable", { phone: this.owner.phone, reachable });
    });
    document.addEventListener("visibilitychange", () => this.readUp());
  }

  get owner() {
    return this.people.find((person) => person.phone === this.select.value) || this.people[0];
  }

  get chat() {
    return (this.owner && this.chats.get(this.owner.phone)) || { messages: [], typing: false, reachable: true };
  }

  get visible() {
    return document.visibilityState === "visible" && this.pane.offsetParent !== null;
  }

  /** What the shop said since this person last spoke, oldest first. */
  get pending() {
    const { messages } = this.chat;
    return messages.slice(messages.findLastIndex((message) => message.mine) + 1);
  }

  setPeople(people) {
    this.people = people;
    const chosen = this.select.value;
    this.select.replaceChildren(...people.map((person) => h("option", { value: person.phone }, person.name)));
    if (people.some((person) => person.phone === chosen)) this.select.value = chosen;
    this.repaint();
  }

  setChat(chat) {
    this.chats.set(chat.phone, chat);
    if (this.owner && chat.phone === this.owner.phone) this.paint();
  }

  setConnected(connected) {
    this.connected = connected;
    this.paintState();
  }

  tick(now) {
    this.now = () => now;
    this.time.textContent = showHour(now);
  }

  // --- actions -----------------------------------------------------------------------------------------

  async send(text = this.field.value.trim()) {
    if (!text || !this.owner) return;
    const typed = this.field.value.trim() === text;
    if (typed) this.field.value = "";
    const sent = await post("say", { phone: this.owner.phone, text });
    if (!sent && typed && !this.field.value) this.field.value = text;
  }

  async choose(option, message) {
    if (option.id === undefined) return this.send(option.send);
    const { phone } = this.owner;
    return post("choose", { phone, message_id: message.id, id: option.id, label: option.label });
  }

  async attach() {
    for (const file of this.file.files) {
      if (file.size > BIGGEST) {
        tell(`${file.name} tem mais de 12 MB.`);
        continue;
      }
      const data = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.readAsDataURL(file);
      });
      const caption = this.field.value.trim();
      const { phone } = this.owner;
      if (await post("photo", { phone, data, caption })) this.field.value = "";
    }
    this.file.value = "";
  }

  readUp() {
    const unread = this.chat.messages.some((message) => !message.mine && message.status === "delivered");
    if (this.visible && unread && this.chat.reachable && this.connected) post("read", { phone: this.owner.phone });
  }

  // --- rendering ---------------------------------------------------------------------------------------

  repaint() {
    this.nodes.clear();
    this.list.replaceChildren();
    this.fresh = true;
    this.paint();
  }

  paint() {
    if (!this.owner) return;
    const { messages, reachable } = this.chat;
    const first = this.fresh;
    this.fresh = false;
    const near = first || this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 140;
    if (first) this.greet();
    let before = null;
    let news = 0;
    const kept = new Set();
    for (const message of messages) {
      kept.add(message.id);
      const print = JSON.stringify({ ...message, status: "" });
      const known = this.nodes.get(message.id);
      if (!known) {
        if (!before || showLongDay(before.at) !== showLongDay(message.at)) {
          this.list.append(h("div", { class: "day" }, showLongDay(message.at)));
        }
        const node = this.draw(message, !before || before.mine !== message.mine, !first);
        this.nodes.set(message.id, { node, print });
        this.list.append(node);
        news += 1;
      } else if (known.print !== print) {
        const node = this.draw(message, known.node.classList.contains("turn"), false);
        known.node.replaceWith(node);
        this.nodes.set(message.id, { node, print });
      }
      this.paintTick(message);
      before = message;
    }
    for (const [id, { node }] of this.nodes) {
      if (!kept.has(id)) {
        node.remove();
        this.nodes.delete(id);
      }
    }
    this.paintTyping();
    this.paintOptions();
    this.paintSuggestions();
    this.reach.setAttribute("aria-pressed", String(!reachable));
    this.paintState();
    if (near && (news || this.chat.typing)) this.list.scrollTop = this.list.scrollHeight;
    if (news && !first && !this.visible && messages.at(-1) && !messages.at(-1).mine) this.onUnread(this.role);
    this.readUp();
  }

  greet() {
    const text =
      this.role === "buyer"
        ? "Escreva como no seu WhatsApp, com erro e tudo. Nada aqui sai desta máquina: dinheiro, transportadora e mensagens são de faz de conta."
        : "Aqui chegam as vendas. Dá para cadastrar peça com foto, mudar preço, pedir etiqueta e ver quanto vendeu.";
    this.list.append(h("div", { class: "hello" }, text));
  }

  draw(message, turn, fresh) {
    const bubble = h("div", { class: "bubble" });
    if (message.quoted) bubble.append(h("div", { class: "quote" }, plain(message.quoted)));
    if (message.gone) bubble.append(h("div", { class: "gone" }, "Mensagem apagada"));
    else bubble.append(...this.content(message));
    if (message.reaction) bubble.append(h("span", { class: "reaction" }, message.reaction));
    const foot = h("div", { class: "foot" });
    if (message.edited) foot.append("editada ");
    foot.append(h("time", { datetime: message.at }, showHour(message.at)));
    foot.append(h("span", { class: "ticks" }));
    bubble.append(foot);
    if (!message.gone && message.text && isCode(message.text)) bubble.append(this.copyButton(message.text.trim()));
    const node = h("div", { class: "msg", dataset: { id: message.id } }, bubble);
    node.classList.toggle("mine", message.mine);
    node.classList.toggle("turn", turn);
    node.classList.toggle("fresh", fresh);
    return node;
  }

  content(message) {
    const parts = [];
    if (message.url && message.kind === "image") {
      const open = () => {
        byId("photo-large").src = message.url;
        byId("photo-dialog").showModal();
      };
      const alt = message.text ? plain(message.text) : message.mine ? "Foto enviada" : "Figura";
      const image = h("img", { src: message.url, alt, loading: "lazy" });
      image.addEventListener("load", () => {
        button.classList.toggle("qr", !message.mine && image.naturalWidth === image.naturalHeight);
        if (this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 420) this.list.scrollTop = this.list.scrollHeight;
      });
      const button = h("button", { type: "button", class: "picture", "aria-label": `Ampliar: ${alt}`, onclick: open }, image);
      parts.push(button);
    } else if (message.url) {
      parts.push(
        h(
          "a",
          { class: "file-card", href: message.url, target: "_blank", rel: "noopener" },
          icon("i-doc"),
          h(
            "span",
            {},
            h("span", { class: "file-name" }, message.file || "documento"),
            h("br"),
            h("span", { class: "file-kind" }, message.kind === "document" ? "PDF · toque para abrir" : message.kind),
          ),
        ),
      );
    }
    if (message.text) {
      parts.push(
        isCode(message.text)
          ? h("div", { class: "code" }, message.text.trim())
          : h("div", { class: "text" }, ...formatted(message.text)),
      );
    }
    return parts;
  }

  copyButton(text) {
    const label = h("span", {}, "Copiar");
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(text);
        label.textContent = "Copiado";
      } catch {
        label.textContent = "Selecione e copie";
      }
      setTimeout(() => (label.textContent = "Copiar"), 2000);
    };
    return h("button", { type: "button", class: "copy", onclick: copy }, icon("i-copy"), label);
  }

  paintTick(message) {
    const place = this.nodes.get(message.id).node.querySelector(".ticks");
    if (place.dataset.status === message.status) return;
    place.dataset.status = message.status;
    if (message.status === "failed") {
      place.replaceChildren(h("span", { class: "failed" }, "não chegou"));
      return;
    }
    const tick = icon(message.status === "sent" ? "i-tick" : "i-ticks", `tick ${message.status}`);
    tick.removeAttribute("aria-hidden");
    tick.setAttribute("role", "img");
    tick.setAttribute("aria-label", TICKS[message.status] || message.status);
    place.replaceChildren(tick);
  }

  paintTyping() {
    const row = this.list.querySelector(".typing-row");
    if (!this.chat.typing) row?.remove();
    else this.list.append(row || h("div", { class: "typing-row", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  }

  /** Buttons for the last question of the shop: its own, otherwise those named in its text. */
  paintOptions() {
    const [message, options] = this.asked();
    const old = this.list.querySelector(".options");
    if (old && message && old.dataset.of === message.id && old.isConnected) return;
    old?.remove();
    if (!message) return;
    const row = h("div", { class: "options", role: "group", "aria-label": "Respostas", dataset: { of: message.id } });
    for (const option of options) {
      const tap = () => {
        row.classList.add("spent");
        this.choose(option, message);
        this.field.focus({ preventScroll: true });
      };
      const number = option.number ? h("b", {}, option.number) : null;
      row.append(h("button", { type: "button", class: "option", onclick: tap }, number, option.label));
    }
    this.nodes.get(message.id).node.append(row);
  }

  asked() {
    for (const message of this.pending.reverse()) {
      if (message.gone) continue;
      const options = message.options?.length ? message.options : menu(message.text || "");
      if (options.length) return [message, options];
    }
    return [null, []];
  }

  /** Suggested messages; the one that answers the open question comes first. */
  paintSuggestions() {
    const { messages } = this.chat;
    const asked = messages.length ? this.pending.map((message) => message.text || "").join("\n") : null;
    const fits = (one) => (asked === null ? one.first : asked && one.after?.test(asked));
    const fitting = SAY[this.role].filter(fits);
    const next = fitting.find((one) => !one.plain) || fitting[0];
    const order = next ? [next, ...SAY[this.role].filter((one) => one !== next)] : SAY[this.role];
    const newest = messages.map((message) => /#(\d+)/.exec(message.text || "")?.[1]).filter(Boolean).pop();
    const words = (one) => one.text.replace("1042", newest || "1042"); // the order being discussed
    const print = `${this.owner.phone}|${next?.text}|${newest}`;
    if (this.suggestions.dataset.print === print) return;
    this.suggestions.dataset.print = print;
    const chip = (one) =>
      h("button", { type: "button", class: one === next ? "suggest next" : "suggest", onclick: () => this.send(words(one)) }, words(one));
    this.suggestions.replaceChildren(...order.map(chip));
    this.suggestions.scrollLeft = 0;
  }

  paintState() {
    const { typing, reachable } = this.chat;
    const off = !this.connected || !reachable;
    const text = off ? (reachable ? "a loja está sem conexão" : "este número está sem WhatsApp") : typing ? "digitando…" : "online";
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.classList.toggle("typing", !off && typing);
    this.state.classList.toggle("away", off);
    this.phone.classList.toggle("no-signal", !reachable);
  }
}
