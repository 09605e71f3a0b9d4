// An upgrade of the server reaches a gate that stays open: its files are fetched, and the page is loaded again as soon as it is idle.

const CHECK_INTERVAL = 1000; // ms between two looks whether the page is idle
const OWN = document.documentElement.dataset.version; // the files that this page was loaded with

const hasWorker = "serviceWorker" in navigator;
const registered = hasWorker ? navigator.serviceWorker.register("/gate/worker.js", { scope: "/gate" }).catch(() => null) : Promise.resolve(null);

// The server's files are of this version. `idle`: whether the page may be loaded again.
export async function upgradeTo(version, idle) {
  const tried = history.state?.tried ?? []; // outlives the reload: one for each version, whatever a cache answers
  if (version === OWN || tried.includes(version)) return;
  history.replaceState({ tried: [...tried, version] }, "");
  const registration = await registered;
  if (registration) await fetched(registration);
  const waiting = setInterval(() => {
    if (!idle()) return;
    clearInterval(waiting);
    location.reload();
  }, CHECK_INTERVAL);
}

// Wait until the worker of the new version has the files, and answers for this page.
async function fetched(registration) {
  const claimed = new Promise(done => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  const worker = registration.installing ?? registration.waiting ?? (await registration.update().catch(() => null))?.installing;
  if (worker) await claimed;
}
