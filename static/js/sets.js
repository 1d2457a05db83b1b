// The form of a new training set: each change is sent, and the page that answers takes this one's place. Counts come
// with it; splits and caps take longer and are asked for after it.

import { showTrouble, clearTrouble } from "./dom.js";

const PARTS = ["recipe-form", "set-numbers", "set-build"];
let latest = 0; // what was asked last: earlier answers are dropped

async function ask(data) {
  const number = ++latest;
  document.getElementById("set-new").classList.add("is-working");
  try {
    const response = await fetch(document.getElementById("recipe-form").action, { method: "POST", body: data });
    const text = await response.text();
    if (number !== latest) return null;
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.getElementById("set-numbers")) {
      const said = page.querySelector(".faults, main p")?.textContent.trim().replace(/\s+/g, " ");
      showTrouble(said || "The preview could not be worked out; change something or reload the page.");
      return null;
    }
    clearTrouble();
    return { page, address: response.redirected ? new URL(response.url) : null };
  } catch {
    if (number === latest) showTrouble("No connection. The preview is of what was here before.");
    return null;
  } finally {
    if (number === latest) document.getElementById("set-new").classList.remove("is-working");
  }
}

// The focus, the cursor and what is open stay; what was typed elsewhere meanwhile is not lost to an old answer.
function show(page, parts) {
  const focused = document.activeElement;
  const place = focused && { id: focused.id, name: focused.name, value: focused.value };
  const chosen = [...document.querySelectorAll("#set-build input:not([type=hidden])")].map((one) => [one.value, one.checked]);
  const open = [...document.querySelectorAll("#set-numbers details")].map((one) => one.open);
  for (const id of parts) document.getElementById(id).replaceWith(page.getElementById(id));
  document.querySelectorAll("#set-numbers details").forEach((one, at) => { one.open = open[at] ?? false; });
  document.querySelectorAll("#set-build input:not([type=hidden])").forEach((one, at) => {
    if (!chosen[at]) return;
    if (one.type === "checkbox") one.checked = chosen[at][1];
    else one.value = chosen[at][0];
  });
  if (!place || document.activeElement === document.querySelector(`#${CSS.escape(place.id || "-")}`)) return;
  const again = place.id
    ? document.getElementById(place.id)
    : [...document.querySelectorAll("#recipe-form [name]")].find(
        (one) => one.name === place.name && (one.type !== "radio" || one.value === place.value));
  (again ?? (place.name ? document.getElementById("set-add") : null))?.focus();
}

async function workOut() {
  const waiting = document.querySelector("#set-numbers[data-waiting]");
  if (!waiting) return;
  const data = new FormData();
  data.set("recipe", document.querySelector("#set-build [name=recipe]").value);
  data.set("part", "set");
  const found = await ask(data);
  if (found) show(found.page, ["set-numbers"]);
}

async function change(form, button) {
  const data = new FormData(form, button);
  const found = await ask(data);
  if (!found) return;
  show(found.page, PARTS);
  if (found.address) history.replaceState(null, "", found.address.pathname + found.address.search);
  workOut();
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "recipe-form") return;
  event.preventDefault();
  change(event.target, event.submitter);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("#recipe-form");
  if (!form || ["add", "list", "file", "all_percent", "all_images", "by"].includes(event.target.name)) return;
  change(form);
});

workOut();
