// Selecting pictures without an account: a box on each tile, and a tray for what is selected, which this browser keeps. All
// that the tray leads to is the query of these images (`id`), on whatever page takes one.

import { announce } from "./dom.js";
import { recall, remember } from "./kept.js";
import { keyOf } from "./keys.js";

const NAME = "selected";
const IMAGE = /^[0-9a-f]{16}$/;
const tray = document.getElementById("tray");
const MOST = Number(tray.dataset.most);
const tiles = () => [...document.querySelectorAll("[data-grid] > .tile")];
let selected = read();
let last = null; // the tile ticked last: Shift reaches from there

function read() {
  const kept = recall(NAME, []);
  return new Set((Array.isArray(kept) ? kept : []).filter((image) => IMAGE.test(image)).slice(0, MOST));
}

const counted = (number) => `${number} image${number === 1 ? "" : "s"} selected`;

// ---- Boxes and tray say what is selected ----

function boxOf(tile) {
  const found = tile.querySelector(":scope > .pick");
  if (found) return found;
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "pick";
  box.tabIndex = -1; // the key c does it for the tile in focus
  box.title = "Select (c)";
  box.setAttribute("aria-label", `Select ${tile.querySelector("h2").textContent.trim()}`);
  tile.prepend(box);
  return box;
}

// Curators judge what is selected where the query names a label; several are offered in its order.
function showJudge(query) {
  const link = tray.querySelector("[data-needs-label]");
  if (!link) return;
  const asked = new URLSearchParams(location.search);
  const terms = [...asked.getAll("label"), ...asked.getAll("any")];
  const mids = [...new Set(terms.map((term) => term.split(/[@:]/)[0]))];
  link.hidden = mids.length === 0;
  link.href = link.dataset.to + query + mids.map((mid) => `&mid=${encodeURIComponent(mid)}`).join("");
}

function showTray() {
  const query = `?${[...selected].sort().map((image) => `id=${image}`).join("&")}`;
  tray.hidden = selected.size === 0;
  document.body.classList.toggle("picking", selected.size > 0);
  tray.querySelector("[data-number]").textContent = selected.size;
  for (const link of tray.querySelectorAll("[data-to]")) link.href = link.dataset.to + query;
  showJudge(query);
  const show = tray.querySelector("[data-to]");
  tray.querySelector("[data-copy-text]").dataset.copyText = show.href;
}

function show() {
  const shown = tiles();
  for (const tile of shown) {
    const isSelected = selected.has(tile.dataset.image);
    boxOf(tile).checked = isSelected;
    tile.classList.toggle("picked", isSelected);
  }
  const page = document.querySelector("[data-select-page]");
  const isWhole = shown.length > 0 && shown.every((tile) => selected.has(tile.dataset.image));
  page?.setAttribute("aria-pressed", String(isWhole));
  showTray();
}

// ---- Selecting ----

function select(some, isSelected) {
  selected = read(); // other windows select, too
  let refused = 0;
  for (const { dataset } of some) {
    if (!isSelected) selected.delete(dataset.image);
    else if (selected.size < MOST || selected.has(dataset.image)) selected.add(dataset.image);
    else refused += 1;
  }
  const isKept = remember(NAME, [...selected]);
  show();
  const full = refused ? `. ${refused} not selected: at most ${MOST} can be` : "";
  announce(`${counted(selected.size)}${full}${isKept ? "" : ". This browser does not keep them"}`);
  tray.classList.toggle("full", refused > 0);
}

function upTo(tile) {
  const shown = tiles();
  const [from, to] = [shown.indexOf(last), shown.indexOf(tile)].sort((one, other) => one - other);
  return from < 0 ? [tile] : shown.slice(from, to + 1);
}

function pick(tile, isSelected, isRange) {
  select(isRange ? upTo(tile) : [tile], isSelected);
  last = tile;
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const tile = target.closest?.("[data-grid] > .tile");
  if (target.matches?.(".pick")) {
    pick(tile, target.checked, event.shiftKey);
    if (event.detail) tile.querySelector(".pic").focus({ preventScroll: true }); // where arrows go on from
  } else if (tile && event.shiftKey && target.closest(".pic")) {
    event.preventDefault();
    pick(tile, true, true);
  } else if (target.closest?.("[data-select-page]")) {
    select(tiles(), target.closest("[data-select-page]").getAttribute("aria-pressed") !== "true");
  } else if (target.closest?.("[data-clear]")) {
    selected = new Set();
    remember(NAME, []);
    show();
    announce("Nothing selected");
    document.getElementById("grid")?.focus({ preventScroll: true });
  }
});

document.addEventListener("keydown", (event) => {
  const tile = event.target.closest?.("[data-grid] > .tile");
  if (!tile || event.defaultPrevented || event.target.matches("input") || keyOf(event) !== "c") return;
  pick(tile, !selected.has(tile.dataset.image), false);
});

// ---- New grids, and other windows ----

for (const name of ["htmx:afterSwap", "htmx:historyRestore"]) {
  document.addEventListener(name, ({ detail }) => {
    if (name === "htmx:afterSwap" && detail.target?.id !== "results") return;
    last = null;
    show();
  });
}
function again() {
  selected = read();
  show();
}
addEventListener("storage", ({ key }) => key === NAME && again());
addEventListener("pageshow", ({ persisted }) => persisted && again());
show();
