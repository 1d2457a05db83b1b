// A narrative in steps: the slider lights the words that were said so far, and the pointer's way meanwhile.

const ways = [...document.querySelectorAll("[data-way]")];

// The way of one narrative is drawn at a time.
function choose(number) {
  for (const way of ways) way.classList.toggle("current", way.dataset.way === number);
  if (location.hash.startsWith("#way-")) history.replaceState(history.state, "", location.href.split("#")[0]);
}

function tell(told, step, last) {
  const number = told.dataset.told;
  const way = ways.find(({ dataset }) => dataset.way === number);
  for (const part of [told, way].flatMap((whole) => [...(whole?.querySelectorAll("[data-step]") ?? [])])) {
    const own = Number(part.dataset.step);
    part.classList.toggle("later", own > step);
    part.classList.toggle("now", own === step && step < last);
  }
}

function show() {
  const button = document.querySelector('[data-switch="narrative"]');
  if (document.querySelector('[data-layer="narrative"]')?.hasAttribute("hidden")) button?.click();
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-narration]")) return;
  const told = target.closest("[data-told]");
  show();
  choose(told.dataset.told);
  tell(told, Number(target.value), Number(target.max));
  const said = [...told.querySelectorAll(".phrase")].find((part) => part.dataset.step === target.value);
  target.setAttribute("aria-valuetext", said?.textContent ?? `step ${target.value}`);
});

document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("[data-show-way]");
  if (!link) return;
  show();
  choose(link.closest("[data-told]").dataset.told);
});
