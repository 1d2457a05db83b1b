// Sends a job's batches one after another; the first are small, so that something shows at once.
// How far it has come stands in the database: after a reload, or elsewhere, it just goes on.

import { post } from "./dom.js";
import { Outbox } from "./outbox.js";

const card = document.querySelector("[data-job]");
const form = card?.querySelector("[data-go-on]");
const outbox = new Outbox({ one: "batch", many: "batches", isLost: false });

function batch(atMost) {
  const data = new FormData(form);
  data.set("at_most", atMost);
  return outbox.add(() => post(form.action, data));
}

async function run() {
  const [bar, words] = [card.querySelector("progress"), card.querySelector("[data-words]")];
  const first = card.dataset.state;
  const most = Number(form.elements.at_most.value);
  form.hidden = true;
  for (let atMost = Math.min(200, most), state = first; state === first; atMost = Math.min(2 * atMost, most)) {
    const told = await batch(atMost);
    bar.max = told.total || 1;
    bar.value = told.is_unfinished ? told.seen : bar.max;
    words.textContent = told.words;
    state = told.state;
  }
  location.reload();
}

if (form) {
  run().catch((error) => {
    form.hidden = false;
    card.querySelector("[data-words]").textContent = `Stopped: ${error.message}. Nothing is lost; continue with the button.`;
  });
}
