// Runs before the first paint, so that a remembered theme never flashes: pages shown again may be older than it.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const theme = /(?:^|; )theme=(light|dark)(?:;|$)/.exec(document.cookie)?.[1];
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
})();
