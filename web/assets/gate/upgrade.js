// An upgrade of the server reaches a gate that stays open: its files are fetched, and the page is loaded again as soon as it is idle.

const CHECK_INTERVAL = 1000; // ms between two looks whether the page is idle
const OWN = document.documentElement.dataset.version; // the files that this page was loaded with

const worker = navigator.serviceWorker; // none without https

let registered;
const registration = new Promise(done => { registered = done; }); // of the worker; null where there is none

// Have the files kept on the device. Not before the gate works: on a slow line they come at the cost of what it needs first.
export async function keepFiles() {
  registered((await worker?.register("/gate/worker.js", { scope: "/gate" }).catch(() => null)) ?? null);
}

// The server's files are of this version. `idle`: whether the page may be loaded again.
export async function upgradeTo(version, idle) {
  const tried = history.state?.tried ?? []; // outlives the reload: one for each version, whatever a cache answers
  if (version === OWN || tried.includes(version)) return;
  history.replaceState({ tried: [...tried, version] }, "");
  const known = await registration;
  if (known) await fetched(known);
  const waiting = setInterval(() => {
    if (!idle()) return;
    clearInterval(waiting);
    location.reload();
  }, CHECK_INTERVAL);
}

// Wait until the worker of the new version has the files, and answers for this page.
async function fetched(known) {
  const claimed = new Promise(done => worker.addEventListener("controllerchange", done, { once: true }));
  const coming = known.installing ?? known.waiting ?? (await known.update().catch(() => null))?.installing;
  if (coming) await claimed;
}
