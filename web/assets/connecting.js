// Says in one sentence, within ten seconds, when the page itself has no connection: Streamlit's socket is lost or refused.
// Our own feed (live.js) may be well meanwhile. What is typed stays: nothing is drawn again.
// The feed's module is loaded here, with the page: a server that is lost while Streamlit still loads is said too.

const MAX_WAIT = 8000; // ms without a connection
// In both languages: a person may choose the other one without loading the page anew.
export const WORDS = JSON.parse(document.querySelector("script[data-words]")?.textContent ?? "{}");
export const say = name => WORDS.live?.[document.documentElement.lang]?.[name] ?? "";

// A sentence across the foot of the page; empty: none.
export function strip(name, text) {
  let made = document.querySelector(`[data-testid="${name}"]`);
  if (!made && !text) return;
  if (!made) {
    made = document.createElement("div");
    made.setAttribute("role", "alert");
    made.dataset.testid = name;
    made.style.cssText =
      "position:fixed;left:0;right:0;bottom:0;z-index:1000000;padding:12px 16px;background:#8c1d18;color:#fff;" +
      "font:600 16px/1.4 'Be Vietnam Pro',sans-serif;text-align:center";
    document.body.append(made);
  }
  if (made.textContent !== text) made.textContent = text;
  made.hidden = !text;
  made.style.display = text ? "block" : "none";
}

let feed = "none"; // the feed's module: "none", "asked for", "loaded", "failed"
let since = null; // since when the page waits

function waits() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || document.querySelector(".wall")) return false; // not loaded yet; a wall lives by our own feed
  return app.dataset.testConnectionState !== "CONNECTED" || feed !== "loaded";
}

function check() {
  since = waits() ? (since ?? Date.now()) : null;
  strip("page-waits", since && Date.now() - since > MAX_WAIT ? say("waiting") : "");
}

// A component whose module failed to load stays without it: once the server answers, the page is loaded anew.
async function loadFeed() {
  if (feed === "asked for" || feed === "loaded") return;
  const again = feed === "failed";
  feed = "asked for";
  // A browser may remember an address that failed; another query is another address.
  feed = await import(again ? `/assets/live.js?${Date.now()}` : "/assets/live.js").then(() => "loaded", () => "failed");
  if (again && feed === "loaded") location.reload(); // half a sentence is kept (typing.js)
}

if (WORDS.live) {
  loadFeed();
  setInterval(() => { check(); loadFeed(); }, 1000);
}

// A component of a page: its function of that name in one of our modules. What stands below it is shown once that is drawn (style.css).
export async function component(module, name) {
  const draw = (await import(`/assets/${module}`))[name];
  return component => {
    const leave = draw(component);
    component.parentElement.getRootNode().host?.setAttribute("data-drawn", "");
    return leave;
  };
}
