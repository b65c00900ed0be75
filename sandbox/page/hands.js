// Actions of the outside world: payments and parcels; and the e-mails that were sent.

import { byId, h, icon, post, showDay, showHour, showMoney } from "./dom.js";

const METHOD = { PIX: "Pix", BOLETO: "Boleto", CREDIT_CARD: "Cartão", DEBIT_CARD: "Débito", UNDEFINED: "Livre" };

function rows(list, items, draw, empty) {
  const prints = JSON.stringify(items);
  if (list.dataset.prints === prints) return;
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.dataset.prints = prints;
  list.replaceChildren(...(items.length ? items.map(draw) : [h("li", { class: "empty" }, empty)]));
  if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function actions(kind, item, attention) {
  return h(
    "div",
    { class: "row-actions" },
    ...item.actions.map((action, index) => {
      const strong = attention && index === 0;
      return h(
        "button",
        {
          type: "button",
          class: strong ? "btn small primary attention" : "btn small",
          dataset: { key: `${item.id}/${action.do}` },
          onclick: async (event) => {
            const button = event.currentTarget;
            button.disabled = true;
            await post(kind, { id: item.id, do: action.do });
            button.disabled = false;
          },
        },
        action.label,
      );
    }),
  );
}

export function paintCharges(charges) {
  const live = charges.filter((charge) => charge.live);
  byId("charges-count").textContent = live.length || "";
  rows(
    byId("charges"),
    charges,
    (charge) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "row-line" },
          h("span", { class: "row-title" }, METHOD[charge.method] || charge.method),
          h("span", { class: "row-sub" }, charge.title),
          h("span", { class: `state ${charge.tone}` }, charge.status),
          h("span", { class: "row-amount" }, showMoney(charge.amount)),
        ),
        charge.actions.length ? actions("charge", charge, charge.live) : null,
      ),
    "Quando sair um Pix, boleto ou link de cartão, ele espera aqui o dedo de quem paga.",
  );
}

export function paintLabels(labels) {
  byId("labels-count").textContent = labels.filter((label) => label.actions.length).length || "";
  rows(
    byId("labels"),
    labels,
    (label) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "row-line" },
          h("span", { class: "row-title" }, label.carrier),
          h("span", { class: "row-sub" }, label.title),
          h("span", { class: `state ${label.tone}` }, label.status),
        ),
        label.actions.length ? actions("label", label, true) : null,
      ),
    "Etiqueta comprada aparece aqui: é a agência que bipa, entrega ou não acha ninguém.",
  );
}

export function paintMails(mails) {
  byId("mail-count").textContent = mails.length || "";
  byId("mail-empty").hidden = mails.length > 0;
  byId("mails").replaceChildren(
    ...mails.map((mail) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "mail-open", onclick: () => openMail(mail) },
          icon("i-mail"),
          h("span", { class: "mail-subject" }, mail.subject),
          h("time", { datetime: mail.at }, `${showDay(mail.at)} ${showHour(mail.at)}`),
          h("span", { class: "mail-to" }, `para ${mail.to}`),
        ),
      ),
    ),
  );
}

function openMail(mail) {
  byId("mail-subject").textContent = mail.subject;
  byId("mail-meta").textContent = `${mail.from} → ${mail.to} · ${showDay(mail.at)}, ${showHour(mail.at)}`;
  byId("mail-frame").src = `/sandbox/api/mail/${encodeURIComponent(mail.id)}`;
  byId("mail-dialog").showModal();
}

export function wireDialogs() {
  byId("mail-close").addEventListener("click", () => byId("mail-dialog").close());
  byId("mail-dialog").addEventListener("close", () => byId("mail-frame").removeAttribute("src"));
  byId("photo-close").addEventListener("click", () => byId("photo-dialog").close());
  for (const id of ["mail-dialog", "photo-dialog"]) {
    byId(id).addEventListener("click", (event) => event.target === event.currentTarget && event.currentTarget.close());
  }
}
