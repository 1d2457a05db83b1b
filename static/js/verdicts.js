// Verdicts on labels, on the image page and in quick look: a form is sent without leaving the page, and y, n, s, u work
// on the row in focus. They are sent one after another, in the order in which they were given (outbox.js).

import { announce, buttonTo, clearTrouble, post, showTrouble } from "./dom.js";
import { keyOf } from "./keys.js";
import { Outbox } from "./outbox.js";

const BUTTONS = { y: "button.yes", n: "button.no", s: "button.unsure", u: "button.undo" };
const outbox = new Outbox({ one: "verdict", many: "verdicts" });
const NOT_SHOWN = "Your verdict is saved, but this page could not be updated.";
let shown = Promise.resolve();

// What was not taken is said until something is taken again.
function tellRefusal(text) {
  showTrouble(text, buttonTo("Reload", () => location.reload()));
}

// What holds the forms says where it is had once more: quick look does, a page is its own address.
async function show(part) {
  const headers = part.dataset.from ? { "HX-Request": "true" } : { Accept: "text/html" };
  const answer = await fetch(part.dataset.from ?? location.href, { headers });
  if (!answer.ok) throw new Error(String(answer.status));
  // Quick look may have gone on to another image meanwhile.
  if (document.getElementById(part.id)?.dataset.from !== part.dataset.from) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of [`#${part.id}`, "#history-title + *"]) {
    const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
}

// The section anew, with what is being typed, and with the focus where it is meanwhile, else on what was pressed.
async function showAgain(part, told, mid, pressed) {
  const typed = document.getElementById("add-label")?.value;
  const held = document.activeElement;
  const place = { id: held?.id, mid: held?.closest?.("[data-pair]")?.dataset.pair, kind: held?.className };
  await show(part);
  const box = document.getElementById("add-label");
  if (box && typed) box.value = typed;
  const row = place.mid && document.getElementById(part.id)?.querySelector(`[data-pair="${CSS.escape(place.mid)}"]`);
  const kind = place.mid === mid ? pressed : place.kind;
  const kept = row?.querySelector(`button.${kind}`) ?? row?.querySelector("button.yes");
  if (!held?.isConnected) (kept ?? (place.id && document.getElementById(place.id)))?.focus({ preventScroll: true });
  announce(told.says ? `Verdict: ${told.says}` : "Verdict undone");
}

function send(form, button) {
  const data = new FormData(form, button);
  const part = form.closest("[data-judged]");
  const mid = form.closest("[data-pair]")?.dataset.pair;
  const pressed = button.className;
  const what = form.closest(".judge").getAttribute("aria-label");
  const word = button.textContent.trim();
  const isUndo = pressed.split(" ").includes("undo");
  outbox.add((tries) => post(form.action, data).catch((error) => givenBack(error, isUndo && tries))).then(
    (told) => {
      if (!outbox.isEmpty) return; // the page is shown anew once all are saved
      clearTrouble();
      shown = shown.then(() => showAgain(part, told, mid, pressed)).catch(() => tellRefusal(NOT_SHOWN));
    },
    (error) => tellRefusal(`${what}, ${word}, was not saved: ${error.message}.`),
  );
}

// An undo that was sent before, without an answer, may have been taken already: what is shown anew says what counts.
function givenBack(error, mayBeDone) {
  if (mayBeDone && error.status === 409) return { says: "" };
  throw error;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest(".judge")) return;
  event.preventDefault();
  // What is pressed has been said: saying it once more would only write it twice.
  if (event.submitter.getAttribute("aria-pressed") !== "true") send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat) return;
  if (event.target.closest?.("input, select, textarea, dialog:not(.look)")) return;
  const row = document.activeElement?.closest?.("[data-pair]");
  const wanted = BUTTONS[keyOf(event)];
  const button = row && wanted && row.querySelector(wanted);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
