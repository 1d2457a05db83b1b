// The browse page: keys of the grid, the drawer on phones, and what keeps grid and facets together.

import { announce, clearTrouble, focusOn, linkTo, showTrouble } from "./dom.js";
import { keyOf } from "./keys.js";

const MOST_REFETCHES = 3;
const filters = () => document.getElementById("filters");
const results = () => document.getElementById("results");

// ---- Keys: arrows, j and k move between tiles, g goes to the first, x leaves out a label ----

const TYPED = "input:not([type=radio], [type=checkbox], [type=range]), select, textarea";

function focusTile(tile) {
  focusOn(tile?.querySelector(".pic"));
}

function tileInRow(tiles, current, down) {
  const from = current.getBoundingClientRect();
  const middle = (from.left + from.right) / 2;
  const beyond = tiles
    .map((tile) => ({ tile, box: tile.getBoundingClientRect() }))
    .filter(({ box }) => (down ? box.top > from.top + 4 : box.top < from.top - 4));
  if (!beyond.length) return null;
  const tops = beyond.map(({ box }) => box.top);
  const row = down ? Math.min(...tops) : Math.max(...tops);
  const distance = ({ box }) => Math.abs((box.left + box.right) / 2 - middle);
  return beyond.filter(({ box }) => Math.abs(box.top - row) < 4).sort((a, b) => distance(a) - distance(b))[0].tile;
}

function neighbour(tiles, current, key) {
  const index = tiles.indexOf(current);
  if (key === "ArrowRight") return tiles[index + 1] ?? null;
  if (key === "ArrowLeft") return index > 0 ? tiles[index - 1] : null;
  return tileInRow(tiles, current, key === "ArrowDown");
}

document.addEventListener("keydown", (event) => {
  if (event.shiftKey || event.defaultPrevented) return;
  const key = keyOf(event);
  if (key === "Escape" && filters()?.classList.contains("open")) {
    closeFilters();
    return;
  }
  if (event.target.closest?.(`${TYPED}, dialog`)) return;
  const tiles = [...document.querySelectorAll("[data-grid] > .tile")];
  if (key === "g") {
    if (filters().classList.contains("open")) closeFilters();
    if (tiles.length) focusTile(tiles[0]);
    else document.getElementById("grid")?.focus();
    return;
  }
  if (event.target.closest?.("input, .filters, .chips, .tools")) return;
  const current = document.activeElement?.closest?.(".tile") ?? null;
  const direction = { j: "ArrowRight", k: "ArrowLeft" }[key] ?? key;
  if (key === "x" && current) {
    current.querySelector("[data-exclude]")?.click();
  } else if (/^Arrow(Left|Right|Up|Down)$/.test(direction) && tiles.length) {
    if (!current && direction !== "ArrowRight") return;
    const next = current ? neighbour(tiles, current, direction) : tiles[0];
    if (!next) return;
    event.preventDefault();
    focusTile(next);
  }
});

// ---- The drawer with the filters, on phones ----

function setDrawer(open) {
  filters().classList.toggle("open", open);
  for (const part of document.querySelectorAll(".top, .results, .foot, .notice, .skip")) part.inert = open;
  for (const button of document.querySelectorAll("[data-open-filters]")) button.setAttribute("aria-expanded", open);
}

function openFilters() {
  setDrawer(true);
  filters().querySelector("[data-close-filters]").focus();
}

function closeFilters() {
  setDrawer(false);
  document.querySelector("[data-open-filters]")?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-filters]")) openFilters();
  else if (event.target.closest("[data-close-filters]")) closeFilters();
  else if (filters()?.classList.contains("open") && !filters().contains(event.target)) closeFilters();
});

matchMedia("(min-width: 801px)").addEventListener("change", () => {
  if (filters()?.classList.contains("open")) setDrawer(false);
});

function showCountInDrawer() {
  const words = document.querySelector(".count")?.textContent.trim();
  const button = document.querySelector(".filters-foot .button");
  if (words && button) button.textContent = `Show ${words}`;
}

// ---- Swaps: say what is new, keep an open chip open, keep the focus, keep grid and facets of one version ----

function announceNew(part) {
  const said = part.querySelector("[data-announcement]")?.dataset.announcement;
  if (said) announce(said);
}

// The way to the images is barred while the drawer is open, so a fault in their place is shown by closing it.
function keepDrawer() {
  if (!filters().classList.contains("open")) return;
  const shown = document.querySelector(".count") !== null;
  setDrawer(shown);
  if (!shown) results().focus();
}

let openChips = [];
let focusedPart = null;
let refetches = 0;

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (part.contains(document.activeElement)) focusedPart = part;
  else if (focusedPart === part) focusedPart = null;
  if (part !== results()) return;
  openChips = [...results().querySelectorAll(".chip > details[open]")].map((chip) => chip.id);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.target;
  const lostFocus = swapped && swapped === focusedPart && document.activeElement === document.body;
  if (lostFocus) focusedPart = null;
  if (swapped === results()) {
    for (const id of openChips) document.getElementById(id)?.setAttribute("open", "");
    if (lostFocus) results().focus({ preventScroll: true });
    showCountInDrawer();
    keepDrawer();
    clearTrouble();
  } else if (swapped?.id === "facets") {
    filters().removeAttribute("aria-busy");
    if (lostFocus) focusWhatWasChosen(swapped);
    fetchAgainIfVersionsDiffer();
  } else if (lostFocus) {
    swapped.querySelector("a[href]")?.focus({ preventScroll: true });
  }
  if (swapped) announceNew(swapped);
});

// Back and forward bring a page whose drawer is closed.
document.addEventListener("htmx:historyRestore", () => {
  setDrawer(false);
  showCountInDrawer();
  announceNew(results());
});

// A label that was chosen has left its place in the list for one among the chosen; other values keep theirs, and the focus.
function focusWhatWasChosen(facets) {
  const link = facets.querySelector(".chosen .value:last-child > a[href]") ?? facets.querySelector("a[href]");
  link?.focus({ preventScroll: true });
}

function fetchAgainIfVersionsDiffer() {
  const [grid, counts] = ["#facets-loader", "#facets [data-version]"].map(
    (selector) => document.querySelector(selector)?.dataset.version,
  );
  if (!grid || !counts || grid === counts) {
    refetches = 0;
  } else if (refetches < MOST_REFETCHES) {
    refetches += 1;
    const address = document.getElementById("facets-loader").dataset.address;
    document.dispatchEvent(
      new CustomEvent("choices:go", { detail: { address, replace: true, swap: "innerHTML" } }),
    );
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "facets") filters().setAttribute("aria-busy", "true");
});

function offerAgain(what, address = location.href) {
  showTrouble(what, linkTo(address, "Try again"));
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.target?.id === "results") return; // told by what follows
    const facets = event.detail.target?.id === "facets";
    if (facets) filters().removeAttribute("aria-busy");
    offerAgain(facets ? "The counts could not be loaded." : "This could not be loaded.");
  });
}
// What was asked for and did not come: "Try again" leads there, so that the choice is not lost.
document.addEventListener("choices:failed", ({ detail }) => offerAgain("This could not be loaded.", detail.address));
document.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());

showCountInDrawer();
