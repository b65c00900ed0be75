// Updates a live page: reloads it in the background and replaces the parts marked data-live.
// Without this script the browser loads the whole page again (see frame.html).
"use strict";

const EVERY_MS = 2000;
const SLOW_MS = 10000;

async function refresh() {
  let wait = EVERY_MS;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live]")) {
        const part = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
        if (!part || part.innerHTML === old.innerHTML || old.contains(document.activeElement)) continue;
        const atTheEnd = old.scrollTop + old.clientHeight >= old.scrollHeight - 40;
        old.replaceChildren(...part.childNodes);
        if (atTheEnd && old.matches(".chat")) toTheEnd(old);
      }
      state("ao vivo");
    } catch (error) {
      wait = SLOW_MS;
      state("sem resposta; tentando de novo");
    }
  }
  setTimeout(refresh, wait);
}

function state(words) {
  const place = document.querySelector("[data-live-state]");
  if (place && place.textContent !== words) place.textContent = words;
}

// scroll to the newest message, unless somebody has scrolled back to read
function toTheEnd(chat) {
  chat.scrollTop = chat.scrollHeight;
}

function tickAll(event) {
  const table = event.target.closest("table");
  if (!event.target.matches("[data-all]") || !table) return;
  for (const box of table.querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
}

document.querySelectorAll(".chat").forEach(toTheEnd);
if (document.querySelector("[data-live-state]")) setTimeout(refresh, EVERY_MS);
document.addEventListener("change", tickAll);
