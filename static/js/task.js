// The pictures of a task: y, n, s say it of the picture in focus and go on to the next; Enter asks for more.
// Opinions are sent one after another, in the order in which they were given (outbox.js).

import { announce, clearTrouble, focusOn, post, showTrouble } from "./dom.js";
import { keyOf } from "./keys.js";
import { Outbox } from "./outbox.js";

const sheet = document.querySelector("[data-opinions]");
const more = document.querySelector("form[data-more]");
const SAYS = { y: "yes", n: "no", s: "unsure" };
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const outbox = new Outbox({ one: "opinion", many: "opinions" });

const pictures = () => (sheet ? [...sheet.children] : []);
const left = () => pictures().filter((one) => !one.dataset.says);
const current = () => document.activeElement?.closest?.("[data-opinions] > li") ?? null;

function show(picture, says) {
  picture.dataset.says = says;
  for (const button of picture.querySelectorAll("[name=says]")) {
    button.setAttribute("aria-pressed", String(button.value === says));
  }
}

function say(picture, says) {
  const before = picture.dataset.says ?? "";
  if (before === says) return;
  const form = picture.querySelector("form");
  const data = new FormData(form);
  data.set("says", says);
  show(picture, says);
  announce(`${says}: ${picture.querySelector("h2").textContent.trim()}`);
  const list = pictures();
  const next = list.slice(list.indexOf(picture) + 1).find((one) => !one.dataset.says) ?? left()[0];
  focusOn(next ?? more, next ?? more.querySelector("button"));
  outbox.add(() => post(form.action, data)).then(clearTrouble, (error) => {
    show(picture, before);
    showTrouble(`This was not saved: ${error.message}`);
  });
}

sheet?.addEventListener("submit", (event) => {
  event.preventDefault();
  say(event.target.closest("li"), event.submitter.value);
});

more.addEventListener("submit", async (event) => {
  event.preventDefault();
  await outbox.settled();
  if (!outbox.isWaiting) more.submit();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.target.closest?.("input, select, textarea, dialog, summary")) return;
  const key = keyOf(event);
  const picture = current();
  if (key === "Enter" && !event.target.closest("a, button")) more.requestSubmit();
  else if (STEPS[key] && picture) {
    const list = pictures();
    focusOn(list[list.indexOf(picture) + STEPS[key]] ?? picture);
  } else if (SAYS[key] && picture) say(picture, SAYS[key]);
  else return;
  event.preventDefault();
});

if (sheet && document.activeElement === document.body) focusOn(sheet.firstElementChild);
