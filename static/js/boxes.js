// What is drawn over a picture: each layer switched on and off by its key, which this browser remembers, and each thing
// lit together with its rows.

import { recall, remember } from "./kept.js";
import { keyOf } from "./keys.js";

const TYPED = "input, select, textarea, [contenteditable]";
const ORDER = ["boxes", "masks", "relationships", "points", "narrative"];
const given = () => new URL(location.href).searchParams.get("show");
const shown = new Set((given() ?? recall("layers", null) ?? asServed()).split(","));

// The layers that the page of an image came with; those of quick look come hidden, and are shown.
function asServed() {
  if (!document.querySelector("a[data-switch]")) return "boxes";
  const layers = [...document.querySelectorAll("[data-layer]:not([hidden])")];
  return layers.map((layer) => layer.dataset.layer).join(",") || "none";
}

const named = () => ORDER.filter((layer) => shown.has(layer)).join(",") || "none";

// What is shown of the layers that stand on the page now; quick look brings its own. A layer that the query asks for is
// shown there until somebody switches layers.
export function put() {
  if (given() === null && recall("layers", null) === null) {
    for (const layer of document.querySelectorAll("[data-asked]")) shown.add(layer.dataset.layer);
  }
  for (const layer of document.querySelectorAll("[data-layer]")) {
    layer.toggleAttribute("hidden", !shown.has(layer.dataset.layer));
  }
  for (const button of document.querySelectorAll("[data-switch]")) {
    const { switch: name, toHide, toShow } = button.dataset;
    button.querySelector("span").textContent = shown.has(name) ? toHide : toShow;
  }
}

function withShown(address) {
  const url = new URL(address);
  url.searchParams.delete("show");
  return `${url.href}${url.search ? "&" : "?"}show=${named()}`;
}

// The page of an image names the layers in its address, and in those of its neighbors where they do already.
function nameInAddresses() {
  if (!document.querySelector("a[data-switch]")) return;
  history.replaceState(history.state, "", withShown(location.href.split("#")[0]));
  for (const link of document.querySelectorAll('.around a[href*="show="]')) link.href = withShown(link.href);
}

function toggle(layer) {
  if (!shown.delete(layer)) shown.add(layer);
  shown.delete("none");
  remember("layers", named());
  put();
  nameInAddresses();
}

// ---- A thing and its rows ----

const PARTS = "[data-box], [data-boxes-of], [data-relation], [data-point], [data-mask]";

function partners(part) {
  const { box, mid, boxesOf, relation, point, mask } = part.dataset;
  if (mask) return `[data-mask="${mask}"]`;
  if (point) return `[data-point="${point}"]`;
  if (relation) return `[data-relation="${relation}"]`;
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
  const button = event.target.closest?.("[data-switch]");
  if (!button) return;
  event.preventDefault();
  toggle(button.dataset.switch);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.target.closest?.(TYPED)) return;
  const key = keyOf(event);
  const button = [...document.querySelectorAll("[data-switch]")].find(({ dataset }) => (dataset.key ?? "1") === key);
  if (button) toggle(button.dataset.switch);
});

put();
