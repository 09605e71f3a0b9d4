// What the framework (Streamlit, its fields, Vega) says by itself in English, in the page's language: names that are read out, and
// the few words that it shows. The start page brings the words: the framework's own and ours, by key, in both languages.
// On a phone its menu closes once a page is chosen.

import { WORDS } from "/assets/connecting.js";

const NAMES = ["aria-label", "title", "placeholder", "alt", "aria-roledescription"];
const NAMED = NAMES.map(name => `[${name}]`).join();
// Where the framework itself writes words that are seen; anywhere else a text is ours, or a person's.
const WRITTEN = [
  '[role="option"]', '[role="listbox"] > div', "[data-live-announcer]", '[data-testid="stTooltipContent"]', '[data-testid="stTopNavDropdownLink"]',
  '[data-testid="stFileChip"]', '[data-testid="stSkipToContent"]', '[id^="react-aria-description"]',
].join();
const ICON = '[data-testid="stIconMaterial"], [data-icon], [role="img"][aria-label$=" icon"]', ICON_NAME = / icon$/;
const CHART = '[data-testid="stVegaLiteChart"]', TABLE = '[data-testid="stTable"] > div';
// What is not drawn yet.
const WAITING = '[data-testid="stSkeleton"], [data-testid="stBidiComponentIsolated"]:not([data-drawn])';
const STILL = 60, PATIENCE = 20000; // ms without a change after which a page counts as drawn, and after which it is shown as it is
const PHONE = 768; // px, below which the menu lies over the page

const exact = new Map(), patterns = [];
for (const [english, own] of WORDS.framework ?? []) {
  if (!english.includes("{")) exact.set(english, own);
  else patterns.push([new RegExp(`^${english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "s"), own]);
}

const language = () => document.documentElement.lang;

function said(english) {
  if (language() === "en") return english;
  if (exact.has(english)) return exact.get(english);
  for (const [pattern, own] of patterns) {
    const found = pattern.exec(english);
    if (found) return own.replace(/\{(\w+)\}/g, (_, name) => found.groups[name]);
  }
  return english;
}

const told = new WeakMap(); // node -> what it said by itself, and what it says now, by attribute ("" for a text)

function once(node, name, read, write) {
  const now = read();
  if (now === null) return;
  const known = told.get(node) ?? {};
  const english = known[name]?.shown === now ? known[name].english : now;
  const shown = said(english);
  if (shown !== now) write(shown);
  if (shown !== english) told.set(node, { ...known, [name]: { english, shown } });
}

// An icon beside words is silent; one alone is called by what it does.
function icon(one) {
  const name = (one.dataset.icon ??= one.getAttribute("aria-label")?.replace(ICON_NAME, "") ?? "");
  const control = one.closest("button, a, summary, label");
  const alone = control && !control.getAttribute("aria-label") && ![...control.querySelectorAll("p, span:not([role])")].some(words => !words.querySelector(ICON) && words.textContent.trim() && !words.closest(ICON));
  const own = alone && WORDS.icons?.[name]?.[language()];
  if (own) {
    if (one.getAttribute("aria-label") !== own) one.setAttribute("aria-label", own);
    one.removeAttribute("aria-hidden");
  } else if (one.getAttribute("aria-hidden") !== "true") one.setAttribute("aria-hidden", "true");
}

// The hidden words of a button that has an icon alone.
const iconOf = new WeakMap(); // text -> the icon that it names
function named(button) {
  const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (ICON_NAME.test(text.data)) iconOf.set(text, text.data.replace(ICON_NAME, ""));
    const own = WORDS.icons?.[iconOf.get(text)]?.[language()];
    if (own && text.data !== own) text.data = own;
  }
}

// A chart is one picture with the description that its page gives it: its parts have English names, and others no name at all.
function chart(one) {
  if (!one.hasAttribute("aria-roledescription")) return;
  one.setAttribute("role", "img");
  one.removeAttribute("aria-roledescription");
  for (const drawing of one.querySelectorAll("svg, canvas")) drawing.setAttribute("aria-hidden", "true");
}

// A table that is wider than its place is scrolled by the arrow keys as well.
function scrolls(table) {
  if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  else table.removeAttribute("tabindex");
}

// Below a page's title the framework leaves out a level: its next size of headings is its third.
function level(heading) {
  const [title, second] = ["h1", "h2"].map(tag => document.querySelector(`[data-testid="stMain"] ${tag}`));
  if (title && !second) heading.setAttribute("aria-level", "2");
}

// The menu in groups: a list of boxes that hold its entries is no list.
function ungrouped(list) {
  if (list.querySelector(":scope > div")) for (const one of [list, ...list.querySelectorAll("li")]) one.setAttribute("role", "none");
}

// A field for files: its button and its field go by the field's own label, since the words on the button are drawn by style.css.
function takesFiles(box) {
  const label = box.querySelector('[data-testid="stWidgetLabel"]')?.textContent.trim();
  const zone = box.querySelector('[data-testid="stFileUploaderDropzone"]');
  if (zone?.getAttribute("role") === "presentation") zone.setAttribute("role", "group"); // it has a name, and takes the focus
  for (const one of box.querySelectorAll('[data-testid="stFileUploaderDropzone"] > span button, input[type="file"]'))
    if (label && one.getAttribute("aria-label") !== label) one.setAttribute("aria-label", label);
}

const within = (root, places) => [root.closest(places), ...root.querySelectorAll(places)].filter(Boolean);

function dress(root) {
  if (root.nodeType === Node.TEXT_NODE) root = root.parentElement;
  if (!root?.querySelectorAll || root.closest(".wall")) return;
  within(root, CHART).forEach(chart);
  within(root, TABLE).forEach(scrolls);
  within(root, "h3").forEach(level);
  within(root, '[data-testid="stFileUploader"]').forEach(takesFiles);
  within(root, '[data-testid="stSidebarNavItems"]').forEach(ungrouped);
  within(root, '[data-testid^="stBaseButton"]').forEach(named);
  for (const one of [root, ...root.querySelectorAll(NAMED)]) {
    if (one.matches(ICON)) icon(one);
    else for (const name of NAMES) once(one, name, () => one.getAttribute(name), text => one.setAttribute(name, text));
  }
  for (const place of within(root, WRITTEN)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) { const text = texts.currentNode; once(text, "", () => text.data, words => { text.data = words; }); }
  }
}

const waiting = new Set();
function note(changes) {
  for (const { type, target, addedNodes, attributeName } of changes) {
    if (attributeName === "lang") waiting.add(document.body);
    else if (type === "childList") addedNodes.forEach(node => waiting.add(node));
    else if (type === "characterData" || NAMES.includes(attributeName)) waiting.add(target);
  }
  const roots = [...waiting];
  waiting.clear();
  for (const root of roots) if (root.isConnected) dress(root);
  clearTimeout(stillness);
  if (!document.documentElement.hasAttribute("data-shown")) stillness = setTimeout(() => { if (settled()) shown(); }, STILL);
}

let stillness = null;
// Until a page has drawn itself for the first time, style.css hides what would jump. A chart has its height from the start.
const jumps = one => one.closest('[data-testid="stElementContainer"]')?.computedStyleMap?.().get("height").unit !== "px";
export function settled() {
  const run = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
  return run === "notRunning" && document.querySelector('[data-testid="stElementContainer"]') && ![...document.querySelectorAll(WAITING)].some(jumps);
}

function shown() { document.documentElement.setAttribute("data-shown", ""); }

function closeMenu(event) {
  if (innerWidth >= PHONE || !event.target.closest?.('[data-testid="stSidebarNavLink"]')) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

if (WORDS.framework) {
  new MutationObserver(note).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...NAMES, "lang", "data-drawn", "data-test-script-state"] });
  addEventListener("click", closeMenu);
  // Whoever acts has seen the page: nothing that holds the focus is hidden from then on.
  for (const act of ["keydown", "pointerdown"]) addEventListener(act, shown, { once: true, capture: true });
  addEventListener("resize", () => document.querySelectorAll(TABLE).forEach(scrolls));
  setTimeout(shown, PATIENCE);
  dress(document.body);
}
