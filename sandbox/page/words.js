// Names of the loop's steps in the page's language.

const WORDS = {
  "message.received": "mensagem",
  "message.deleted": "mensagem apagada",
  "message.by_owner": "o dono escreveu",
  "message.receipt": "recibo",
  "channel.state": "estado do WhatsApp",
  "payment.fact": "fato do pagamento",
  "shipment.fact": "fato da encomenda",
  "mail.fact": "fato do e-mail",
  timer: "despertador",
  "command.done": "feito",
  "command.refused": "recusado",
  "command.parked": "estacionado",
  "command.expired": "perdeu a hora",
  notice: "aviso",
  "order.placed": "pedido feito",
  "order.answered": "vendedor respondeu",
  "order.cancel_asked": "cancelamento pedido",
  "order.charge_asked": "cobrança pedida",
  "order.said_posted": "vendedor diz que postou",
  "message.text": "mandar texto",
  "message.qr": "mandar QR do Pix",
  "message.image": "mandar foto",
  "message.label": "mandar etiqueta",
  "message.boleto": "mandar boleto",
  "mail.send": "mandar e-mail",
  "place.look_up": "procurar CEP",
  "freight.quote": "cotar frete",
  "label.order": "pedir etiqueta",
  "label.buy": "comprar etiqueta",
  "label.generate": "gerar etiqueta",
  "label.read": "ler etiqueta",
  "label.cancel": "cancelar etiqueta",
  "payer.ensure": "cadastrar pagador",
  "charge.create": "criar cobrança",
  "charge.read": "conferir cobrança",
  "charge.cancel": "cancelar cobrança",
  "charge.refund": "devolver dinheiro",
  "photo.store": "guardar foto",
  "operator.alert": "alertar operador",
};

const BAD = new Set(["command.refused", "command.parked", "command.expired", "separado"]);

/** The title of a row: its step, translated, and its subject. */
export function titled(entry) {
  const [kind, ...rest] = entry.title.split(" · ");
  if (!WORDS[kind]) return entry.title;
  return [WORDS[kind], about(entry.detail) || rest.join(" · ")].filter(Boolean).join(" · ");
}

export const isBad = (entry) => entry.bad || BAD.has(entry.title.split(" · ")[0]);

function about(detail) {
  if (!detail || typeof detail !== "object") return "";
  if (detail.command?.kind) return [WORDS[detail.command.kind] || detail.command.kind, detail.reason].filter(Boolean).join(" · ");
  if (Array.isArray(detail.commands)) return detail.commands.map((kind) => WORDS[kind] || kind).join(", ");
  const text = detail.text || detail.caption || detail.fact || detail.name || detail.reference || detail.status || detail.state || "";
  return typeof text === "string" ? text.replace(/\s+/g, " ").slice(0, 90) : "";
}
