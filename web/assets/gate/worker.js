// Caches the gate's own files, so that it opens without the network. No answer of the API, and thus nothing about people, is cached.

const VERSION = "{version}";
const CACHE = `gate-${VERSION}`;
const MAX_WAIT = 3000; // ms for the device's storage
const FONTS = ["vietnamese-400", "vietnamese-700", "latin-400", "latin-700"].map(name => `/assets/fonts/be-vietnam-pro-${name}-normal.woff2`);
const SCRIPTS = ["gate", "store", "roster", "sounds", "camera", "qr", "link", "scanner", "upgrade", "within"].map(name => `/assets/gate/${name}.js`);
const FILES = [
  "/gate", "/gate/manifest.webmanifest", "/gate/words/vi.json", "/gate/words/en.json", "/assets/icon.png", "/assets/sign_in.css", "/assets/awake.js",
  "/assets/gate/gate.css", "/assets/gate/icon-192.png", "/assets/gate/icon-512.png", ...SCRIPTS, ...FONTS,
];

self.addEventListener("install", event => {
  event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(FILES.map(file => new Request(file, { cache: "reload" })))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", event => {
  const deleteOld = names => Promise.all(names.filter(name => name.startsWith("gate-") && name !== CACHE).map(name => caches.delete(name)));
  event.waitUntil(caches.keys().then(deleteOld).then(() => self.clients.claim()));
});

self.addEventListener("fetch", event => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || !FILES.includes(address.pathname)) return;
  event.respondWith(cached(address.pathname).then(answer => answer ?? fetch(event.request)));
});

// What the device keeps of a file; undefined where its storage fails or does not answer in time.
function cached(path) {
  const late = new Promise(done => setTimeout(done, MAX_WAIT));
  return Promise.race([late, caches.open(CACHE).then(cache => cache.match(path)).catch(() => undefined)]);
}
