// The review sheet by key: y, n, s judge the picture in focus and go on to the next, u takes back, Enter turns the sheet.
// c selects; with Shift, y, n, s judge all that is selected. One verdict on many is sent as one, and u takes it back as one.
// A key counts for the picture that was shown when it was pressed, or for none. Verdicts are sent one after another,
// in the order in which they were given (outbox.js).

import { announce, clearTrouble, focusOn, post, showBox, showTrouble } from "./dom.js";
import { keyOf, letterOf } from "./keys.js";
import { Outbox } from "./outbox.js";
import { SheetLook } from "./sheet_look.js";
import { SheetSelection } from "./sheet_selection.js";

const sheet = document.querySelector("[data-sheet]");
const batchForm = document.querySelector("form[data-batch]");
const next = document.querySelector("form[data-next]");
const SAYS = { y: "yes", n: "no", s: "unsure" };
const WORDS = { yes: "Yes", no: "No", unsure: "Unsure" };
const ON_ITS_WAY = "Loading the next sheet…";
const SAVED_FIRST = "The next sheet follows as soon as your verdicts are saved.";
const ALL_JUDGED = "All pictures on this sheet are judged. Press Enter for the next sheet.";
const judged = [];
const jobs = new Map();
const taken = new WeakMap();
const outbox = new Outbox({ one: "verdict", many: "verdicts", waits: markUnsaved });
const selection = sheet && new SheetSelection(sheet, batchForm, left);
const look = sheet && new SheetLook(document.getElementById("sheet-look"), sheet);
let batches = 0;
let lastBatch = null; // the last verdict on many: its pictures, what was said, and once it is taken its uid and verdicts
let refusals = 0;
let refusalsSeen = 0;
let shownSince = Infinity;
let turning = false;

function pictures() {
  return sheet ? [...sheet.children] : [];
}

function left() {
  return pictures().filter((one) => !one.dataset.says);
}

function current() {
  return document.activeElement?.closest?.("[data-sheet] > li") ?? null;
}

function isInView(picture) {
  const { top, bottom } = picture.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function mark(picture, icon, text, kind) {
  picture.querySelector(".verdict-mark")?.remove();
  const note = document.createElement("span");
  note.className = `verdict-mark ${kind}`;
  if (icon) note.append(icon.cloneNode(true));
  note.append(text);
  picture.querySelector(".pic").append(note);
}

function markSaid(picture, says) {
  if (says) mark(picture, picture.querySelector(`.${says} .i`), WORDS[says], "");
  else picture.querySelector(".verdict-mark")?.remove();
}

function show(picture, says) {
  picture.dataset.says = says;
  for (const button of picture.querySelectorAll("[name=says]")) {
    button.setAttribute("aria-pressed", String(button.value === says));
  }
  picture.querySelector("[data-take-back]").hidden = !says;
  markSaid(picture, says);
  selection.update();
  showStatus(left().length ? "" : ALL_JUDGED);
}

function showTally(tally) {
  for (const [name, value] of Object.entries(tally)) {
    document.querySelector(`[data-tally="${name}"]`).textContent = value === "" ? "–" : value;
  }
}

function showStatus(text) {
  showBox("sheet-status", "status", text);
}

function markUnsaved() {
  for (const picture of jobs.keys()) mark(picture, null, "Not saved yet", "not-taken");
}

// What is shown is ahead of what the server has taken; where it refuses, what it took last is shown again.
// says: what is taken then of each picture, by picture.
function inTurn(work, list, says) {
  const job = Symbol("job");
  for (const picture of list) jobs.set(picture, job);
  const settled = () => list.filter((picture) => jobs.get(picture) === job && jobs.delete(picture));
  outbox.add(work, list.length).then(
    () => {
      for (const picture of list) taken.set(picture, says(picture));
      if (!outbox.isWaiting) clearTrouble();
      for (const picture of settled()) if (picture.querySelector(".not-taken")) markSaid(picture, says(picture));
    },
    (error) => {
      refusals += 1;
      showTrouble(`This was not saved: ${error.message}`);
      for (const picture of settled()) {
        show(picture, taken.get(picture) ?? "");
        if (!picture.dataset.says) mark(picture, null, "Not saved", "not-taken");
      }
    },
  );
}

function judge(picture, says) {
  if (picture.dataset.says === says) return;
  const form = picture.querySelector("form");
  const data = new FormData(form);
  data.set("says", says);
  show(picture, says);
  announce(`${WORDS[says]}: ${picture.querySelector("h2").textContent.trim()}`);
  document.querySelector("[data-undo-last]")?.remove();
  judged.push(picture);
  const list = pictures();
  const after = list.slice(list.indexOf(picture) + 1).find((one) => !one.dataset.says);
  focusOn(after ?? left()[0] ?? picture);
  inTurn(async () => {
    const told = await post(form.action, data);
    picture.dataset.verdict = `${picture.dataset.verdict} ${told.verdict}`.trim();
    showTally(told.tally);
  }, [picture], () => says);
}

function batchData(fields) {
  const data = new FormData(batchForm);
  for (const name of ["image", "sheet"]) data.delete(name);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

const onPictures = (number) => `on ${number} picture${number === 1 ? "" : "s"}`;

function offerUndo(done) {
  lastBatch = done;
  const button = batchForm.querySelector("[data-undo-batch]");
  button.hidden = !done;
  if (done) button.querySelector("span").textContent = `Undo ${done.says} ${onPictures(done.list.length)}`;
}

function judgeMany(list, says) {
  if (!list.length) return;
  const data = batchData({ act: says, number: list.length, key: `${batchForm.dataset.key}-${++batches}` });
  for (const picture of list) data.append("image", picture.dataset.image);
  const done = { list, says, uid: "", verdicts: {} };
  selection.clear();
  for (const picture of list) show(picture, says);
  announce(`${WORDS[says]} ${onPictures(list.length)}`);
  document.querySelector("[data-undo-last]")?.remove();
  judged.push(done);
  offerUndo(done);
  focusOn(left()[0] ?? list.at(-1));
  inTurn(async () => {
    const told = await post(batchForm.action, data);
    Object.assign(done, { uid: told.batch, verdicts: told.verdicts });
    for (const picture of list) {
      picture.dataset.verdict = `${picture.dataset.verdict} ${told.verdicts[picture.dataset.image] ?? ""}`.trim();
    }
    showTally(told.tally);
  }, list, () => says);
}

function undoMany(done) {
  offerUndo(null);
  judged.splice(judged.indexOf(done), 1);
  for (const picture of done.list) show(picture, "");
  focusOn(done.list[0]);
  announce(`Undone ${onPictures(done.list.length)}`);
  let counts = {}; // what was said of a picture before the batch, or after it
  inTurn(async (tries) => {
    if (!done.uid) return; // it was refused
    const told = await takeBack(batchForm.dataset.undo, batchData({ batch: done.uid }), tries);
    for (const picture of done.list) {
      const own = String(done.verdicts[picture.dataset.image]);
      picture.dataset.verdict = picture.dataset.verdict.split(" ").filter((one) => one !== own).join(" ");
    }
    counts = told?.says ?? {};
    for (const picture of done.list) if (counts[picture.dataset.image]) show(picture, counts[picture.dataset.image]);
  }, done.list, (picture) => counts[picture.dataset.image] ?? "");
}

// One that was sent before, without an answer, may have been taken back already.
async function takeBack(address, data, tries) {
  try {
    const told = await post(address, data);
    showTally(told.tally);
    return told;
  } catch (error) {
    if (!(tries && error.status === 409)) throw error;
    return null;
  }
}

function undo(picture) {
  const data = new FormData(picture.querySelector("form"));
  show(picture, "");
  focusOn(picture);
  announce(`Undone: ${picture.querySelector("h2").textContent.trim()}`);
  inTurn(async (tries) => {
    // Of several verdicts on one picture all go, the last first.
    const given = picture.dataset.verdict.split(" ").filter(Boolean);
    while (given.length) {
      data.set("verdict", given.at(-1));
      await takeBack(sheet.dataset.undo, data, tries);
      given.pop();
      picture.dataset.verdict = given.join(" ");
    }
  }, [picture], () => "");
}

function undoLast() {
  const here = current();
  if (lastBatch && judged.at(-1) === lastBatch) {
    undoMany(lastBatch);
    return;
  }
  const wanted = here?.dataset.says ? here : judged.findLast((one) => one.dataset?.says);
  if (wanted) undo(wanted);
  else document.querySelector("[data-undo-last]")?.requestSubmit();
}

// The picture that a verdict key is for: the one in focus, or without focus the first that is not yet judged; never
// one that is out of view, which is brought there instead.
function meant() {
  const [first] = left();
  const isFree = document.activeElement === document.body || document.activeElement === null;
  const picture = first && (current() ?? (isFree ? first : null));
  if (!picture || isInView(picture)) return picture;
  focusOn(picture);
  return null;
}

function judgeByKey(says) {
  const picture = meant();
  if (picture) judge(picture, says);
  else if (!left().length) showStatus(ALL_JUDGED);
}

function setTurning(on) {
  turning = on;
  for (const part of [sheet, batchForm]) part.inert = on;
  showStatus(on ? (outbox.isWaiting ? SAVED_FIRST : ON_ITS_WAY) : "");
}

async function turn() {
  if (turning) return;
  const here = current();
  const data = new FormData(next);
  setTurning(true);
  await outbox.settled();
  if (!turning) return;
  // What was refused would be passed over unseen: the first Enter after it leads there instead.
  if (refusals > refusalsSeen) {
    refusalsSeen = refusals;
    setTurning(false);
    focusOn(left()[0] ?? here);
    return;
  }
  data.delete("image");
  for (const picture of left()) data.append("image", picture.dataset.image);
  try {
    const told = await post(next.action, data);
    if (turning) location.assign(told.next);
  } catch (error) {
    setTurning(false);
    focusOn(left()[0] ?? here);
    showTrouble(`The next sheet could not be loaded: ${error.message}`);
  }
}

function move(key) {
  const list = pictures();
  const here = current();
  const columns = getComputedStyle(sheet).gridTemplateColumns.split(" ").length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  focusOn(here ? list[list.indexOf(here) + step] : list[0]);
}

function extend(key) {
  const here = current();
  move(key);
  selection.add(...[here, current()].filter(Boolean));
}

function select(event, key) {
  const says = SAYS[letterOf(event)];
  if (key === "c" && current()) selection.toggle(current());
  else if (key === "r") batchForm.querySelector("[data-of-rest]").focus();
  else if (event.key === "Escape" && selection.pictures.length) selection.clear();
  else if (event.shiftKey && says) judgeMany(selection.pictures, says);
  else if (event.shiftKey && event.key.startsWith("Arrow")) extend(event.key);
  else return false;
  return true;
}

function press(event) {
  const isControl = event.target.closest?.("a, button");
  const key = keyOf(event);
  if (select(event, key)) event.preventDefault();
  else if (SAYS[key]) judgeByKey(SAYS[key]);
  else if (key === " " && !isControl && current()) look.open(current());
  else if (key === "u") undoLast();
  else if (key === "Enter" && !isControl) turn();
  else if (key.startsWith("Arrow")) move(key);
  else return;
  event.preventDefault();
}

// Keys count from when the sheet has been painted: one pressed before was meant for what was shown then.
function begin() {
  shownSince = performance.now();
  if (document.activeElement === document.body) focusOn(pictures()[0]);
}

if (sheet) {
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    judge(event.target.closest("li"), event.submitter.value);
  });
  sheet.addEventListener("click", (event) => {
    if (event.target.closest("[data-take-back]")) undo(event.target.closest("li"));
  });
  batchForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const act = event.submitter.value;
    if (act === "rest") judgeMany(selection.rest, "yes");
    else judgeMany(selection.pictures, act);
  });
  batchForm.querySelector("[data-undo-batch]").addEventListener("click", () => undoMany(lastBatch));
  next.addEventListener("submit", (event) => {
    event.preventDefault();
    turn();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
    if (event.target.closest?.("input, select, textarea, dialog, .top, .review-head")) return;
    // Escape stops the browser's loading, so the sheet that is there is the one to go on with.
    if (turning && event.key === "Escape") setTurning(false);
    if (turning || event.timeStamp < shownSince) return;
    press(event);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) setTurning(false);
  });
  requestAnimationFrame(() => requestAnimationFrame(begin));
}
