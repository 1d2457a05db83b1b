// Boxes over a picture: switched on and off (key 1), which this browser remembers, and lit together with their rows.

import { recall, remember } from "./kept.js";
import { keyOf } from "./keys.js";

const LAYER = "boxes";
const TYPED = "input, select, textarea, [contenteditable]";
const given = () => new URL(location.href).searchParams.get("show");
let isShown = given() === null ? recall("layers", LAYER) === LAYER : given().split(",").includes(LAYER);

// What is shown of the boxes that stand on the page now; quick look brings its own.
export function put() {
  for (const layer of document.querySelectorAll(`[data-layer="${LAYER}"]`)) layer.toggleAttribute("hidden", !isShown);
  for (const button of document.querySelectorAll(`[data-switch="${LAYER}"]`)) {
    button.querySelector("span").textContent = isShown ? button.dataset.toHide : button.dataset.toShow;
  }
}

function named(address) {
  const url = new URL(address);
  url.searchParams.set("show", isShown ? LAYER : "none");
  return url.href;
}

// The page of an image names the layers in its address, and in those of its neighbors where they do already.
function nameInAddresses() {
  if (!document.querySelector(`a[data-switch="${LAYER}"]`)) return;
  history.replaceState(history.state, "", named(location.href));
  for (const link of document.querySelectorAll('.around a[href*="show="]')) link.href = named(link.href);
}

function toggle() {
  isShown = !isShown;
  remember("layers", isShown ? LAYER : "none");
  put();
  nameInAddresses();
}

// ---- A box and its rows ----

const PARTS = "[data-box], [data-boxes-of]";

function partners(part) {
  const { box, mid, boxesOf } = part.dataset;
  if (boxesOf) return `[data-mid="${CSS.escape(boxesOf)}"]`;
  return `[data-box="${box}"], [data-boxes-of="${CSS.escape(mid)}"]`;
}

function light(part) {
  for (const lit of document.querySelectorAll(`.lit:is(${PARTS})`)) lit.classList.remove("lit");
  if (!part) return;
  for (const other of document.querySelectorAll(partners(part))) other.classList.add("lit");
}

document.addEventListener("pointerover", ({ target }) => light(target.closest?.(PARTS)));
document.addEventListener("focusin", ({ target }) => light(target.closest?.(PARTS)));

// ---- Switching ----

document.addEventListener("click", (event) => {
  if (!event.target.closest?.(`[data-switch="${LAYER}"]`)) return;
  event.preventDefault();
  toggle();
});

document.addEventListener("keydown", (event) => {
  if (keyOf(event) !== "1" || event.defaultPrevented || event.repeat || event.target.closest?.(TYPED)) return;
  if (document.querySelector(`[data-layer="${LAYER}"]`)) toggle();
});

put();
