// What several scripts do to a page: say something, tell of trouble, move the focus, send a form.

// To screen readers: the text is read out.
export function announce(text) {
  const region = document.querySelector("dialog[open] [data-announce]") ?? document.getElementById("announce");
  if (region) region.textContent = text;
}

// Over the page, or over the dialog that covers it.
export function putOnTop(element) {
  (document.querySelector("dialog[open]") ?? document.body).append(element);
}

// A box at the bottom of the window, one of each class; without a text it goes.
export function showBox(kind, role, ...content) {
  document.querySelector(`.${kind}`)?.remove();
  if (!content.some(Boolean)) return;
  const box = document.createElement("div");
  box.className = kind;
  box.setAttribute("role", role);
  box.append(...content);
  putOnTop(box);
}

// What went wrong, where everybody sees it; a link to try again may stand beside it.
export function showTrouble(text, again = "") {
  if (document.querySelector(".trouble")?.firstChild.textContent === text) return; // else it would be read out again
  showBox("trouble", "alert", text, again);
}

export function clearTrouble() {
  document.querySelector(".trouble")?.remove();
}

export function linkTo(address, text) {
  const link = document.createElement("a");
  link.className = "button";
  link.href = address;
  link.textContent = text;
  return link;
}

// The focus without a jump: the page scrolls only as far as is needed.
export function focusOn(element, part = element) {
  part?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "nearest" });
}

export function buttonTo(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

const LATER = [502, 503, 504];
const AFTER_S = 5;
const ANSWERS_WITHIN_MS = 60_000;

// What cannot be taken now, but may be in `afterS` seconds.
export class NotNow extends Error {
  constructor(message, afterS) {
    super(message);
    this.afterS = afterS;
  }
}

// Posts a form's data; what the server says, as JSON. Errors say why not, in words that fit behind "…: ", and have the
// answer's status; those that may pass are of NotNow.
export async function post(address, data) {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  const options = { method: "POST", body: data, headers: { Accept: "application/json" }, signal };
  const answer = await fetch(address, options).catch(() => {
    throw new NotNow("the server cannot be reached", AFTER_S);
  });
  const told = await answer.json().catch(() => null);
  if (answer.ok && told && "next" in told) return told;
  const errors = told?.errors?.map((error) => error.message).join("; ");
  const message = errors ?? `the server responded with ${answer.status}`;
  if (LATER.includes(answer.status)) throw new NotNow(message, Number(answer.headers.get("Retry-After")) || AFTER_S);
  throw Object.assign(new Error(message), { status: answer.status });
}
