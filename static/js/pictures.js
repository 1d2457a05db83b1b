// A picture that was still on its way when its page came is looked for again, a few times. One that is known to be
// missing has the address of what stands for all of them, and is not.

const WAITS_S = [6, 12, 24];
const NEUTRAL = { width: 1280, height: 960 }; // no picture of ours is as large
const considered = new WeakSet();

function showsNeutral(picture) {
  return picture.naturalWidth === NEUTRAL.width && picture.naturalHeight === NEUTRAL.height;
}

async function lookAgain(picture, address, tries) {
  if (!picture.isConnected) return;
  const answer = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  if (!answer.headers.has("X-Picture-State")) {
    const fresh = new URL(address);
    fresh.searchParams.set("again", tries);
    picture.src = fresh.href;
  } else if (answer.headers.has("Retry-After")) {
    waitFor(picture, address, tries + 1);
  }
}

function waitFor(picture, address, tries) {
  if (tries < WAITS_S.length) setTimeout(lookAgain, WAITS_S[tries] * 1000, picture, address, tries);
}

function consider(picture) {
  if (considered.has(picture) || !showsNeutral(picture)) return;
  const address = new URL(picture.src);
  const isOurs = address.origin === location.origin && /^\/thumb\/[0-9a-f]{16}\//.test(address.pathname);
  if (!isOurs || address.searchParams.has("again")) return;
  considered.add(picture);
  waitFor(picture, address.href, 0);
}

document.addEventListener(
  "load",
  (event) => {
    if (event.target instanceof HTMLImageElement) consider(event.target);
  },
  true,
);
for (const picture of document.images) {
  if (picture.complete) consider(picture);
}
