// The review sheet by key: y, n, s judge the picture in focus and go on to the next, u takes back, Enter turns the sheet.
// Verdicts are sent one after another, in the order in which they were given.

const sheet = document.querySelector("[data-sheet]");
const SAYS = { y: "yes", n: "no", s: "unsure" };
const WORDS = { yes: "Yes", no: "No", unsure: "Unsure" };
const judged = [];
let sending = Promise.resolve();

function say(text) {
  document.getElementById("announce").textContent = text;
}

function pictures() {
  return sheet ? [...sheet.children] : [];
}

function current() {
  return document.activeElement?.closest?.("[data-sheet] > li") ?? null;
}

function show(picture, says) {
  picture.dataset.says = says;
  for (const button of picture.querySelectorAll("[name=says]")) {
    button.setAttribute("aria-pressed", String(button.value === says));
  }
  picture.querySelector(".verdict-mark")?.remove();
  if (!says) return;
  const mark = document.createElement("span");
  mark.className = "verdict-mark";
  mark.append(picture.querySelector(`.${says} .i`).cloneNode(true), WORDS[says]);
  picture.querySelector(".pic").append(mark);
}

function showTally(tally) {
  for (const [name, value] of Object.entries(tally)) {
    document.querySelector(`[data-tally="${name}"]`).textContent = value === "" ? "–" : value;
  }
}

function showTrouble(text) {
  document.querySelector(".trouble")?.remove();
  const box = document.createElement("div");
  box.className = "trouble";
  box.setAttribute("role", "alert");
  box.append(text);
  document.body.append(box);
}

async function post(address, data) {
  const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.errors.map((error) => error.message).join("; "));
  return told;
}

function inTurn(work, picture, before) {
  sending = sending.then(work).catch((error) => {
    show(picture, before);
    showTrouble(`This was not taken: ${error.message}`);
  });
}

function focusOn(picture) {
  picture?.focus({ preventScroll: true });
  picture?.scrollIntoView({ block: "nearest" });
}

function judge(picture, says) {
  const form = picture.querySelector("form");
  const before = picture.dataset.says;
  const data = new FormData(form);
  data.set("says", says);
  show(picture, says);
  say(`${WORDS[says]}: ${picture.querySelector("h2").textContent.trim()}`);
  document.querySelector("[data-undo-last]")?.remove();
  judged.push(picture);
  const list = pictures();
  const after = list.slice(list.indexOf(picture) + 1).find((one) => !one.dataset.says);
  focusOn(after ?? list.find((one) => !one.dataset.says) ?? picture);
  inTurn(async () => {
    const told = await post(form.action, data);
    picture.dataset.verdict = `${picture.dataset.verdict} ${told.verdict}`.trim();
    showTally(told.tally);
  }, picture, before);
}

function undo(picture) {
  const before = picture.dataset.says;
  const data = new FormData(picture.querySelector("form"));
  show(picture, "");
  focusOn(picture);
  say(`Taken back: ${picture.querySelector("h2").textContent.trim()}`);
  inTurn(async () => {
    // Of several verdicts on one picture all go, the last first.
    for (const verdict of picture.dataset.verdict.split(" ").filter(Boolean).reverse()) {
      data.set("verdict", verdict);
      showTally((await post(sheet.dataset.undo, data)).tally);
    }
    picture.dataset.verdict = "";
  }, picture, before);
}

function undoLast() {
  const here = current();
  const wanted = here?.dataset.says ? here : judged.findLast((one) => one.dataset.says);
  if (wanted) undo(wanted);
  else document.querySelector("[data-undo-last]")?.requestSubmit();
}

async function turn() {
  const passedOver = pictures().filter((one) => !one.dataset.says).length;
  await sending;
  location.assign(`${sheet.dataset.next}${Number(sheet.dataset.skip) + passedOver}`);
}

function move(key) {
  const list = pictures();
  const here = current();
  const columns = getComputedStyle(sheet).gridTemplateColumns.split(" ").length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  focusOn(here ? list[list.indexOf(here) + step] : list[0]);
}

if (sheet) {
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    judge(event.target.closest("li"), event.submitter.value);
  });
  document.querySelector("a[data-next]").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
    if (event.target.closest?.("input, select, textarea, dialog, .top, .review-head")) return;
    const isControl = event.target.closest?.("a, button");
    if (SAYS[event.key] && (current() ?? pictures()[0])) judge(current() ?? pictures()[0], SAYS[event.key]);
    else if (event.key === "u") undoLast();
    else if (event.key === "Enter" && !isControl) turn();
    else if (event.key.startsWith("Arrow")) move(event.key);
    else return;
    event.preventDefault();
  });
  focusOn(pictures()[0]);
}
