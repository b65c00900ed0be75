// Shared helpers: elements, requests and times. Data only ever becomes text nodes.

/** Create an element. `props`: attributes; `class`, `dataset`, `on…` handlers and booleans are supported. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An icon from the page's own symbols. */
export function icon(name, className = "ico") {
  const svg = s("svg", { class: className, "aria-hidden": "true" });
  svg.append(s("use", { href: `#${name}` }));
  return svg;
}

export function s(tag, attributes = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

export const byId = (id) => document.getElementById(id);

const toast = byId("toast");
let toastTimer = 0;

export function tell(text) {
  toast.textContent = text;
  toast.classList.add("show");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.classList.remove("show"), 3200);
}

/** POST to the sandbox. An error is shown, and null is returned. */
export async function post(path, body) {
  try {
    const response = await fetch(`/sandbox/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    tell(answer.error || `A bancada recusou (${response.status}).`);
  } catch {
    tell("A bancada não respondeu. Ela ainda está ligada?");
  }
  return null;
}

const ZONE = "America/Sao_Paulo";
const hour = new Intl.DateTimeFormat("pt-BR", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat("pt-BR", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("pt-BR", { timeZone: ZONE, weekday: "short", day: "2-digit", month: "2-digit" });
const long = new Intl.DateTimeFormat("pt-BR", { timeZone: ZONE, weekday: "long", day: "numeric", month: "long" });
const money = new Intl.NumberFormat("pt-BR", { style: "currency", currency: "BRL" });

export const showHour = (at) => hour.format(new Date(at));
export const showSecond = (at) => second.format(new Date(at));
export const showDay = (at) => day.format(new Date(at)).replace(".", "");
export const showLongDay = (at) => long.format(new Date(at));
/** Integer centavos. */
export const showMoney = (centavos) => money.format(centavos / 100);

/** Arrow keys, Home and End among the tabs of a list; `choose` gets the tab. */
export function tabList(tabs, choose) {
  const pick = (tab, focus) => {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
    }
    if (focus) tab.focus();
    choose(tab);
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => pick(tab, false));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      pick(tabs[(to + tabs.length) % tabs.length], true);
    });
  });
}
