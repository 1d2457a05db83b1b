// How far the build of a training set has come, asked for until it has ended.

const PAUSE_MS = 1500;
const part = document.getElementById("set-progress");

async function follow() {
  try {
    const response = await fetch(part.dataset.address);
    if (response.ok) {
      const build = await response.json();
      if (!["waiting", "building", "canceling"].includes(build.state)) return location.reload();
      part.querySelector("[data-state]").textContent = { waiting: "Waiting for its turn", building: "Being built", canceling: "Being canceled" }[build.state];
      part.querySelector("[data-doing]").textContent = build.total ? `${build.doing}: ${build.done.toLocaleString("en-US")} of ${build.total.toLocaleString("en-US")}` : build.doing;
      part.querySelector("progress").value = build.total ? Math.round((1000 * build.done) / build.total) : 0;
    }
  } catch {
    // asked again
  }
  return setTimeout(follow, PAUSE_MS);
}

if (part) setTimeout(follow, PAUSE_MS);
