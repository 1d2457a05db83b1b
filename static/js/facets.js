// Groups of filters stay folded as one left them, on every page of this browser; long lists are narrowed by typing.

import { recall, remember } from "./kept.js";

const FOLDED = "folded";

function folded() {
  const names = recall(FOLDED, []);
  return new Set(Array.isArray(names) ? names : []);
}

// A group in which something is chosen is open, whatever was left folded.
function fold(part) {
  const names = folded();
  for (const group of part.querySelectorAll("details[data-fold]")) {
    if (names.has(group.dataset.fold) && !group.querySelector(".value.on, .reset")) group.open = false;
  }
}

document.addEventListener("click", (event) => {
  const group = event.target.closest?.("details[data-fold] > summary")?.parentElement;
  if (!group) return;
  const names = folded();
  if (group.open) names.add(group.dataset.fold);
  else names.delete(group.dataset.fold);
  remember(FOLDED, [...names]);
});

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function narrow(box) {
  const wanted = plain(box.value.trim());
  for (const row of box.closest(".facet").querySelectorAll(".value")) {
    row.hidden = !row.matches(".on") && !plain(row.querySelector(".name").textContent).includes(wanted);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrow]")) narrow(event.target);
});

for (const name of ["htmx:afterSwap", "htmx:historyRestore"]) {
  document.addEventListener(name, () => {
    const facets = document.getElementById("facets");
    if (!facets) return;
    fold(facets);
    for (const box of facets.querySelectorAll("[data-narrow]")) narrow(box);
  });
}
fold(document);
