// An upgrade of the server reaches a gate that stays open: its files are fetched, and the page is loaded again as soon as it is idle.

const CHECK_INTERVAL = 1000; // ms between two looks whether the page is idle
const MAX_WAIT = 60_000; // ms until files that do not come count as not kept
const RETRY_INTERVAL = 60_000; // ms
const OWN = document.documentElement.dataset.version; // the files that this page was loaded with

const worker = navigator.serviceWorker; // none without https

let registered;
const registration = new Promise(done => { registered = done; }); // of the worker; null where there is none

// Whether the gate opens without the network; null until that is known.
export let installed = null;

// Have the files kept on the device, and tell (`changed`) whether they are. Not before the gate works: on a slow line they come
// at the cost of what it needs first. Where they are not kept (refused, no room, cut off meanwhile) it is tried again.
export async function keepFiles(changed) {
  const late = new Promise(done => setTimeout(() => done(false), MAX_WAIT));
  const known = worker ? worker.register("/gate/worker.js", { scope: "/gate" }).catch(() => null) : Promise.resolve(null);
  known.then(registered);
  installed = await Promise.race([late, known.then(found => found !== null && kept(found)).catch(() => false)]);
  document.documentElement.dataset.installed = installed;
  changed();
  if (worker && !installed) setTimeout(() => keepFiles(changed), RETRY_INTERVAL);
}

// Whether a worker holds the files: the one that answers already, or the one that is coming.
async function kept(known) {
  const coming = known.active ?? known.waiting ?? known.installing;
  const over = () => ["activated", "redundant"].includes(coming.state);
  if (!over()) await new Promise(done => coming.addEventListener("statechange", () => over() && done()));
  return coming.state === "activated" && (await caches.match("/gate")) !== undefined;
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
