// Keeps the screen on while somebody wants it: a camera that scans, a wall. A browser that cannot lets it go dark.

const wanting = new Set();
let lock = null;

// Keep the screen on from now; returns the function that ends it.
export function keepAwake() {
  const wish = {};
  wanting.add(wish);
  request();
  return () => {
    wanting.delete(wish);
    if (!wanting.size) release();
  };
}

async function request() {
  if (!wanting.size || lock || document.hidden) return;
  lock = {}; // one request at a time
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.onrelease = () => { lock = null; };
  } catch {
    lock = null;
  }
  if (!wanting.size) release();
}

function release() {
  lock?.release?.();
  lock = null;
}

// A browser takes the lock away as soon as the page is hidden.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) lock = null;
  else request();
});
