// The flag queue: keys, and telling others that somebody looks. Everything works without it.
import { focusOn } from "./dom.js";
import { keyOf } from "./keys.js";

const cards = [...document.querySelectorAll("[data-card]")];
const RENEW_MS = 120_000;

const current = () => cards.find((card) => card.contains(document.activeElement)) ?? (cards.length === 1 ? cards[0] : null);

async function look(card) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!card.dataset.look || !token) return;
  const answer = await fetch(card.dataset.look, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
  }).catch(() => null);
  if (!answer?.ok) return;
  const { by, mine } = await answer.json();
  const note = card.querySelector("[data-looker]");
  note.hidden = mine;
  note.querySelector("[data-name]").textContent = by;
  card.classList.toggle("locked", !mine);
}

function move(step) {
  const place = cards.indexOf(current());
  const next = cards[place < 0 ? (step > 0 ? 0 : cards.length - 1) : place + step];
  focusOn(next);
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  s: () => current()?.querySelector(".unveil")?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  const key = keyOf(event);
  if (typing || !key) return;
  const button = current()?.querySelector(`button[data-key="${CSS.escape(key)}"]`);
  if (!actions[key] && !button) return;
  event.preventDefault();
  if (actions[key]) actions[key]();
  else if (!event.repeat) button.click(); // one press, one decision, however long it is
});

// The page goes on when a decision is taken; until then there is no other.
let isSent = false;
document.addEventListener("submit", (event) => {
  if (!event.submitter?.dataset.key) return;
  if (isSent) event.preventDefault();
  isSent = true;
});
addEventListener("pageshow", () => {
  isSent = false;
});

for (const card of cards) {
  card.addEventListener("change", (event) => {
    if (event.target.matches(".unveil") && event.target.checked) look(card);
  });
  if ("looking" in card.dataset) {
    look(card);
    setInterval(() => document.hidden || look(card), RENEW_MS);
  }
}
if (cards.length > 1 && document.referrer.split("?")[0] === location.href.split("?")[0]) cards[0].focus();
