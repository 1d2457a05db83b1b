// A picture of the review sheet large over it, with its credit: Space opens it and closes it, arrows go on.

import { announce, focusOn, linkTo, showTrouble } from "./dom.js";
import { keyOf } from "./keys.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, j: 1, ArrowLeft: -1, ArrowUp: -1, k: -1 };

export class SheetLook {
  #picture = null;
  #latest = 0;

  constructor(dialog, sheet) {
    Object.assign(this, { dialog, sheet, shown: dialog.querySelector("[data-shown]") });
    dialog.addEventListener("keydown", (event) => this.#press(event));
    dialog.addEventListener("close", () => dialog.open || this.#putBack()); // which comes some time after the closing
    dialog.addEventListener("click", ({ target }) => {
      const { step } = target.closest("button")?.dataset ?? {};
      if (step) this.#move(Number(step));
      else if (target.closest("[data-close]")) dialog.close();
    });
  }

  open(picture) {
    this.dialog.showModal();
    this.#show(picture);
  }

  async #show(picture) {
    const turn = ++this.#latest;
    this.#picture = picture;
    const list = [...this.sheet.children];
    const place = list.indexOf(picture);
    this.dialog.querySelector("[data-position]").textContent = `${place + 1} of ${list.length}`;
    this.dialog.querySelector('[data-step="-1"]').disabled = place === 0;
    this.dialog.querySelector('[data-step="1"]').disabled = place === list.length - 1;
    const page = new URL(picture.querySelector(".pic").href);
    try {
      const answer = await fetch(`${page.pathname}/look`, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const content = await answer.text();
      if (turn !== this.#latest || !this.dialog.open) return;
      this.shown.innerHTML = content;
      // Labels and what was said of them would sway who judges; the keys are those of the grid.
      for (const part of this.shown.querySelectorAll("#look-labels, .look-keys")) part.remove();
      this.shown.querySelector(".stage").focus({ preventScroll: true });
      announce(`${picture.querySelector("h2").textContent.trim()}, ${place + 1} of ${list.length}`);
    } catch {
      if (turn === this.#latest) showTrouble("This could not be loaded.", linkTo(page.href, "Open page"));
    }
  }

  #move(step) {
    const next = step > 0 ? this.#picture.nextElementSibling : this.#picture.previousElementSibling;
    if (next) this.#show(next);
  }

  #press(event) {
    const key = keyOf(event);
    if (key === " " && !event.target.closest("button, a")) this.dialog.close();
    else if (STEPS[key]) this.#move(STEPS[key]);
    else return;
    event.preventDefault();
  }

  #putBack() {
    this.#latest += 1;
    this.shown.replaceChildren();
    focusOn(this.#picture);
  }
}
