// Quick look: a picture of the grid large over it, with credit and labels. The address names it (#look-ImageID), so that
// it can be passed on and Back closes it. Beyond the ends of a page the grid turns to the next one behind it.

import { announce, focusOn, linkTo, showTrouble } from "./dom.js";
import { keyOf } from "./keys.js";

const ZOOMS = [1, 1.5, 2, 3, 4];
const look = document.getElementById("look");
const frame = look.querySelector("[data-frame]"); // a dialog itself cannot fill the screen
const shown = look.querySelector("[data-shown]");
const grid = () => document.querySelector("[data-grid]");
const tiles = () => [...document.querySelectorAll("[data-grid] > .tile")];
const tileOf = (image) => tiles().find((tile) => tile.dataset.image === image);
const here = () => location.pathname + location.search;
const asked = () => /^#look-([0-9a-f]{16})$/.exec(location.hash)?.[1];
const stage = () => shown.querySelector(".stage");

let image = null;
let opener = null; // the address of the grid on which it was opened by a click or a key
let latest = 0;
let zoom = 0;

// ---- What is shown ----

function lookAddress(tile) {
  const address = new URL(tile.querySelector(".pic").href);
  address.pathname += "/look";
  return address.href;
}

async function contentOf(tile) {
  const answer = await fetch(lookAddress(tile), { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

function showPosition(tile) {
  const { first, count } = grid().dataset;
  const place = Number(first) + tiles().indexOf(tile);
  const words = `${place.toLocaleString("en")} of ${Number(count).toLocaleString("en")}`;
  look.querySelector("[data-position]").textContent = words;
  look.querySelector('[data-step="-1"]').disabled = place === 1;
  look.querySelector('[data-step="1"]').disabled = place === Number(count);
  return words;
}

async function show(tile) {
  const turn = ++latest;
  image = tile.dataset.image;
  const words = showPosition(tile);
  history.replaceState({ look: image }, "", `${here()}#look-${image}`);
  try {
    const content = await contentOf(tile);
    if (turn !== latest || !look.open) return;
    shown.innerHTML = content;
    setZoom(0);
    stage().focus({ preventScroll: true });
    if (shown.querySelector("[data-layer]")) (await import("./boxes.js")).put();
    announce(`${tile.querySelector("h2").textContent.trim()}, ${words}`);
  } catch {
    if (turn === latest) showTrouble("This could not be loaded.", linkTo(tile.querySelector(".pic").href, "Open page"));
  }
}

function open(tile, { isNew }) {
  opener = isNew ? here() : null;
  if (isNew) {
    history.replaceState({ htmx: true }, "", here()); // so that htmx brings this grid back, should another come in its place
    history.pushState({ look: tile.dataset.image }, "", `${here()}#look-${tile.dataset.image}`);
  }
  look.showModal();
  show(tile);
}

// ---- From one to the next, also over the ends of pages ----

function turnPage(link) {
  return new Promise((resolve) => {
    const settled = ({ detail }) => {
      if (detail.target?.id !== "results") return;
      document.removeEventListener("htmx:afterSettle", settled);
      resolve();
    };
    document.addEventListener("htmx:afterSettle", settled);
    const detail = { address: link.getAttribute("href"), replace: true, swap: "innerHTML" };
    document.dispatchEvent(new CustomEvent("choices:go", { detail }));
  });
}

async function move(step) {
  const list = tiles();
  const next = list[list.indexOf(tileOf(image)) + step];
  if (next) return show(next);
  const link = document.querySelector(step > 0 ? ".pager [data-next]" : ".pager [data-previous]");
  if (!link) return;
  await turnPage(link);
  const there = step > 0 ? tiles()[0] : tiles().at(-1);
  if (there && look.open) show(there);
}

// ---- Closing: back to the tile, and to the address of the grid ----

function putBack() {
  latest += 1;
  shown.replaceChildren();
  const tile = tileOf(image);
  focusOn(tile, tile?.querySelector(".pic"));
}

// The event comes some time after the closing: by then Forward may have opened it again.
look.addEventListener("close", () => {
  if (look.open) return;
  putBack();
  if (!asked()) return;
  if (opener === here()) history.back();
  else history.replaceState({ htmx: true }, "", here());
});

// Stands before the other scripts' listeners: a step within one grid is none of theirs.
addEventListener("popstate", (event) => {
  const wanted = asked();
  const isOfThisGrid = document.getElementById("facets-loader")?.dataset.address === here();
  if (!isOfThisGrid) {
    if (wanted) location.reload();
    else look.close();
    return;
  }
  if (!wanted && !image) return;
  event.stopImmediatePropagation();
  if (!wanted) look.close();
  else if (look.open) show(tileOf(wanted));
  else if (tileOf(wanted)) open(tileOf(wanted), { isNew: false });
});

// ---- Zoom and full screen ----

function setZoom(level) {
  zoom = Math.min(Math.max(level, 0), ZOOMS.length - 1);
  const [box, factor] = [stage(), ZOOMS[zoom]];
  if (!box) return;
  const before = box.scrollWidth;
  const middle = [box.scrollLeft + box.clientWidth / 2, box.scrollTop + box.clientHeight / 2];
  box.style.setProperty("--zoom", factor);
  box.classList.toggle("zoomed", factor > 1);
  const growth = box.scrollWidth / before;
  box.scrollTo(middle[0] * growth - box.clientWidth / 2, middle[1] * growth - box.clientHeight / 2);
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else frame.requestFullscreen?.();
}

document.addEventListener("fullscreenchange", () => {
  const isFull = document.fullscreenElement === frame;
  look.querySelector("[data-full-screen]").setAttribute("aria-pressed", String(isFull));
});

// A picture larger than its stage is drawn along.
look.addEventListener("pointermove", (event) => {
  if (event.buttons !== 1 || event.pointerType !== "mouse" || !event.target.closest(".zoomed")) return;
  stage().scrollBy(-event.movementX, -event.movementY);
});
look.addEventListener("dragstart", (event) => event.preventDefault());

// ---- Clicks and keys ----

const KEYS = {
  ArrowRight: () => move(1),
  ArrowLeft: () => move(-1),
  j: () => move(1),
  k: () => move(-1),
  "]": () => move(1),
  "[": () => move(-1),
  "+": () => setZoom(zoom + 1),
  "=": () => setZoom(zoom + 1),
  "-": () => setZoom(zoom - 1),
  0: () => setZoom(0),
  f: toggleFullScreen,
  " ": () => look.close(),
};

look.addEventListener("keydown", (event) => {
  const key = keyOf(event);
  const isPress = key === " " && event.target.closest("button, a, input");
  if (!KEYS[key] || isPress || event.defaultPrevented) return;
  event.preventDefault();
  KEYS[key]();
});

look.addEventListener("click", ({ target }) => {
  const { step, zoom: change } = target.closest("button")?.dataset ?? {};
  if (step) move(Number(step));
  else if (change) setZoom(zoom + Number(change));
  else if (target.closest("[data-full-screen]")) toggleFullScreen();
  else if (target.closest("[data-close]")) look.close();
});
look.addEventListener("dblclick", ({ target }) => target.closest(".stage") && setZoom(zoom ? 0 : 2));

// A plain click; Enter, and clicks that ask for another window, lead to the image's page.
document.addEventListener("click", (event) => {
  const picture = event.target.closest("[data-grid] > .tile > .pic");
  const isPlain = event.detail > 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!picture || !isPlain) return;
  event.preventDefault();
  open(picture.parentElement, { isNew: true });
});

document.addEventListener("keydown", (event) => {
  if (keyOf(event) !== " " || !event.target.matches("[data-grid] > .tile > .pic")) return;
  event.preventDefault();
  if (!event.repeat) open(event.target.parentElement, { isNew: true });
});

const first = asked() && tileOf(asked());
if (first) open(first, { isNew: false });
