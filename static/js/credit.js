// One button, in the tile in focus or below the pointer: copies its credit.

const copyCredit = document.createElement("button");
copyCredit.type = "button";
copyCredit.className = "copy-credit";
copyCredit.textContent = "Copy credit";
copyCredit.dataset.copyText = "";

function offerCredit({ target }) {
  const tile = target.closest?.("[data-credit]");
  if (!tile || tile.contains(copyCredit)) return;
  copyCredit.dataset.copyText = tile.dataset.credit;
  tile.querySelector(".cap").append(copyCredit);
}

for (const name of ["focusin", "pointerover"]) document.addEventListener(name, offerCredit);
