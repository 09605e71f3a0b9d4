// A television's wall before Streamlit has loaded: the same wall, by the same feed. It stands over the page until the page's own is drawn,
// or the page shows something else. Whom the feed sends no board sees nothing of it.

import { live } from "/assets/live.js";
import { Wall } from "/assets/wall.js";

const LOOK = 250; // ms between two looks at what the page shows instead
const { style, ...told } = JSON.parse(document.querySelector("script[data-wall]").textContent);
const host = Object.assign(document.createElement("div"), { className: "first-wall" });
const root = host.attachShadow({ mode: "open" });
const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
const styled = new Promise(resolve => sheet.addEventListener("load", resolve));
let wall = null, ended = false;

const forget = live.drawBoard(async () => {
  forget(); // from here on the wall hears of new boards by itself
  await styled;
  if (ended) return;
  host.style.display = "";
  wall = new Wall(root);
  wall.dress({ ...told, board: live.board });
});

function end() {
  ended = true;
  clearInterval(watching);
  forget();
  wall?.leave();
  host.remove();
}

const watching = setInterval(async () => {
  const { settled } = await import("/assets/framework.js");
  if (settled()) end();
}, LOOK);
addEventListener("wall-drawn", end, { once: true });
host.style.display = "none";
root.append(sheet, Object.assign(document.createElement("div"), { className: "wall" }));
document.documentElement.append(host); // the body may not be there yet
