// Sends what is to be saved, one after another and in order, for all scripts.
// What cannot be taken now (no answer, or 503) is kept and sent again, by itself and by a button, and leaving the page is
// asked about. What is refused is for the script to tell that sent it.

import { buttonTo, clearTrouble, NotNow, showTrouble } from "./dom.js";

const MOST_S = 60;
const SOON_MS = 2000;

// one, many: what is saved, such as "verdict" and "verdicts". `waits` is called whenever sending has to wait; `isLost` says
// whether what was not sent goes with the page.
export class Outbox {
  #last = Promise.resolve();
  #unsaved = 0;
  #since = 0;
  #reason = "";
  #wake = () => {};

  constructor({ one, many, waits = () => {}, isLost = true }) {
    Object.assign(this, { one, many, waits });
    addEventListener("online", () => this.#wake());
    addEventListener("beforeunload", (event) => {
      const isLong = this.#unsaved && performance.now() - this.#since > SOON_MS;
      if (isLost && (this.isWaiting || isLong)) event.preventDefault();
    });
  }

  get isWaiting() {
    return this.#reason !== "";
  }

  get isEmpty() {
    return this.#unsaved === 0;
  }

  // Do this when its turn comes, again and again until it is taken or refused; it is told how often it was tried before.
  // number: of how many it is to be told.
  add(work, number = 1) {
    if (!this.#unsaved) this.#since = performance.now();
    this.#unsaved += number;
    if (this.isWaiting) this.#tell();
    const job = this.#last.then(() => this.#untilTaken(work)).finally(() => {
      this.#unsaved -= number;
    });
    this.#last = job.catch(() => {});
    return job;
  }

  // All that was added so far is taken or refused.
  settled() {
    return this.#last;
  }

  async #untilTaken(work) {
    for (let tries = 0; ; tries += 1) {
      try {
        const told = await work(tries);
        if (tries) clearTrouble();
        return told;
      } catch (error) {
        if (!(error instanceof NotNow)) throw error;
        await this.#pause(error, Math.min(MOST_S, Math.max(error.afterS, 2 ** tries)));
      }
    }
  }

  async #pause(error, seconds) {
    this.#reason = error.message;
    this.#tell();
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000 * seconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#reason = "";
  }

  #tell() {
    const count = `${this.#unsaved} ${this.#unsaved === 1 ? this.one : this.many}`;
    const text = `Not saved yet: ${count} (${this.#reason}). Trying again automatically.`;
    showTrouble(text, buttonTo("Try again now", () => this.#wake()));
    this.waits();
  }
}
