// Sends a job's batches one after another; the first are small, so that something shows at once.
// How far it has come stands in the database: after a reload, or elsewhere, it just goes on.

const MOST_AT_ONCE = 5000;
const card = document.querySelector("[data-job]");
const form = card?.querySelector("[data-go-on]");

async function batch(atMost) {
  const data = new FormData(form);
  data.set("at_most", atMost);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.errors.map((error) => error.message).join("; "));
  return told;
}

async function run() {
  const [bar, words] = [card.querySelector("progress"), card.querySelector("[data-words]")];
  const first = card.dataset.state;
  form.hidden = true;
  for (let atMost = 200, state = first; state === first; atMost = Math.min(2 * atMost, MOST_AT_ONCE)) {
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
    card.querySelector("[data-words]").textContent = `Stopped: ${error.message}. Nothing is lost; go on with the button.`;
  });
}
