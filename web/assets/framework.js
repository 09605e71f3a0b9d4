// What the framework (Streamlit, its fields, Vega) says by itself in English, in the page's language: names that are read out, and
// the few words that it shows. The start page brings the words: the framework's own and ours, by key, in both languages.
// On a phone its menu closes once a page is chosen.

const WORDS = JSON.parse(document.querySelector("script[data-framework]")?.textContent ?? "{}");
const NAMES = ["aria-label", "title", "placeholder", "alt", "aria-roledescription"];
const NAMED = NAMES.map(name => `[${name}]`).join();
// Where the framework itself writes words that are seen; anywhere else a text is ours, or a person's.
const WRITTEN = '[role="option"], [role="listbox"] > div, [data-testid="stTooltipContent"], [data-testid="stTopNavDropdownLink"]';
const ICON = '[data-testid="stIconMaterial"]', ICON_NAME = / icon$/;
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

function dress(root) {
  if (root.nodeType === Node.TEXT_NODE) root = root.parentElement;
  if (!root?.querySelectorAll || root.closest(".wall")) return;
  for (const one of [root, ...root.querySelectorAll(NAMED)]) {
    if (one.matches(ICON)) icon(one);
    else for (const name of NAMES) once(one, name, () => one.getAttribute(name), text => one.setAttribute(name, text));
  }
  for (const place of [root.closest(WRITTEN), ...root.querySelectorAll(WRITTEN)]) {
    if (!place) continue;
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) { const text = texts.currentNode; once(text, "", () => text.data, words => { text.data = words; }); }
  }
}

const waiting = new Set();
function note(changes) {
  for (const { type, target, addedNodes, attributeName } of changes) {
    if (attributeName === "lang") waiting.add(document.body);
    else if (type === "childList") addedNodes.forEach(node => waiting.add(node));
    else waiting.add(target);
  }
  const roots = [...waiting];
  waiting.clear();
  for (const root of roots) if (root.isConnected) dress(root);
}

function closeMenu(event) {
  if (innerWidth >= PHONE || !event.target.closest?.('[data-testid="stSidebarNavLink"]')) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

if (WORDS.framework) {
  new MutationObserver(note).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...NAMES, "lang"] });
  addEventListener("click", closeMenu);
  dress(document.body);
}
