// Parsing of messages: formatting, codes to copy, and the answers of a menu.

import { h } from "./dom.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const PIECE = /```([\s\S]+?)```|(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}*_~])|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}])/gu;

/** The message as nodes: *bold*, _italic_, ~struck~, ```mono``` and links. */
export function formatted(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(PIECE)) {
    if (found.index > last) nodes.push(text.slice(last, found.index));
    const [whole, mono, link, mark, inner] = found;
    if (mono !== undefined) nodes.push(h("code", {}, mono));
    else if (link !== undefined) nodes.push(h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link));
    else nodes.push(h(MARKS[mark], {}, ...formatted(inner)));
    last = found.index + whole.length;
  }
  if (last < text.length) nodes.push(text.slice(last));
  return nodes;
}

/** A message that consists only of a code: a Pix code, the line of a boleto, a key. */
export function isCode(text) {
  const bare = text.trim();
  if (bare.includes("\n")) return false;
  if (/^0002\d{2}.{40,}6304[0-9A-F]{4}$/i.test(bare)) return true;
  return /^[\d. ]{47,60}$/.test(bare) && [47, 48].includes(bare.replace(/\D/g, "").length);
}

/** The answers of a menu in text: `*1* Pix (na hora)   *2* Boleto`, `*sim* / *não*`. */
export function menu(text) {
  const rows = [...text.matchAll(/\*(\d{1,2})\*[ \t]+(.+?)(?=[ \t]{2,}\*\d{1,2}\*|\n|$)/g)].map(([, number, label]) => ({
    send: number,
    number,
    label: label.replace(/[*_~]/g, "").trim(),
  }));
  if (rows.length >= 2) return rows;
  const yes = /\*sim\*/i.test(text);
  const no = /\*n[ãa]o\*/i.test(text);
  if (yes) return no ? [{ send: "sim", label: "sim" }, { send: "não", label: "não" }] : [{ send: "sim", label: "sim" }];
  if (/\*pronto\*/i.test(text)) return [{ send: "pronto", label: "pronto" }];
  return [];
}

export const plain = (text) => text.replace(/[*_~`]/g, "");
