// Verdicts on the image page: a form is sent without leaving the page, and y, n, s, u work on the row in focus.

const section = () => document.getElementById("labels");
const BUTTONS = { y: "button.yes", n: "button.no", s: "button.unsure", u: "button.undo" };

function say(text) {
  document.getElementById("announce").textContent = text;
}

async function show() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of ["#labels", "#history-title + *"]) {
    const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
}

async function send(form, button) {
  const data = new FormData(form, button);
  const mid = form.closest("[data-pair]")?.dataset.pair;
  const pressed = button.className;
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
  const told = await answer.json();
  if (!answer.ok) {
    say(`Not done: ${told.errors.map((error) => error.message).join("; ")}`);
    return;
  }
  await show();
  const row = mid && section().querySelector(`[data-pair="${CSS.escape(mid)}"]`);
  (row?.querySelector(`button.${pressed}`) ?? row?.querySelector("button.yes"))?.focus({ preventScroll: true });
  say(told.says ? `Verdict: ${told.says}` : "Verdict taken back");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest(".judge")) return;
  event.preventDefault();
  send(form, event.submitter).catch(() => location.reload());
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
  if (event.target.closest?.("input, select, textarea, dialog")) return;
  const row = document.activeElement?.closest?.("[data-pair]");
  const button = row && BUTTONS[event.key] && row.querySelector(BUTTONS[event.key]);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
