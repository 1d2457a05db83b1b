// Selecting pictures of the review sheet: by their boxes, with Shift from the one selected last, or with its methods.
// The form below the sheet shows how many are meant by each of its buttons.

export class SheetSelection {
  #last = null; // the picture selected last: Shift reaches from there

  // left: gives the pictures that are not judged yet.
  constructor(sheet, form, left) {
    Object.assign(this, { sheet, form, left });
    for (const box of this.#boxes()) box.tabIndex = -1; // the key c does it for the picture in focus
    sheet.addEventListener("click", (event) => this.#click(event));
    this.update();
  }

  get pictures() {
    return [...this.sheet.children].filter((picture) => this.#boxOf(picture).checked);
  }

  get rest() {
    return this.left().filter((picture) => !this.#boxOf(picture).checked);
  }

  toggle(picture) {
    this.#select([picture], !this.#boxOf(picture).checked, picture);
  }

  add(...pictures) {
    this.#select(pictures, true, pictures.at(-1));
  }

  clear() {
    this.#select(this.pictures, false, null);
  }

  update() {
    const [selected, rest] = [this.pictures.length, this.rest.length];
    for (const picture of this.sheet.children) picture.classList.toggle("picked", this.#boxOf(picture).checked);
    this.form.querySelector("[data-selected]").textContent = selected || "";
    this.form.querySelector("[data-rest]").textContent = rest;
    this.form.querySelector("[data-of-rest]").disabled = rest === 0;
    for (const button of this.form.querySelectorAll("[data-of-selected]")) button.disabled = selected === 0;
  }

  #boxes() {
    return this.sheet.querySelectorAll(".pick input");
  }

  #boxOf(picture) {
    return picture.querySelector(".pick input");
  }

  #select(pictures, isSelected, last) {
    for (const picture of pictures) this.#boxOf(picture).checked = isSelected;
    this.#last = last;
    this.update();
  }

  #upTo(picture) {
    const list = [...this.sheet.children];
    const [from, to] = [list.indexOf(this.#last), list.indexOf(picture)].sort((one, other) => one - other);
    return from < 0 ? [picture] : list.slice(from, to + 1);
  }

  #click(event) {
    const picture = event.target.closest("li");
    if (event.target.matches(".pick input")) {
      const isSelected = event.target.checked;
      this.#select(event.shiftKey ? this.#upTo(picture) : [picture], isSelected, picture);
      picture.focus({ preventScroll: true }); // where keys go on from
    } else if (event.shiftKey && event.target.closest(".pic")) {
      event.preventDefault();
      this.#select(this.#upTo(picture), true, picture);
      picture.focus({ preventScroll: true });
    }
  }
}
