// What is being typed: half a sentence survives a change of page and a reload, and a text that is too long to paste is said.
// It is kept in this tab alone, by page and field, until the field is saved, cancelled or emptied, or the person signs out.
// While the server is lost the framework closes every field, and makes the page inert below a dialog that is not shown
// (style.css). Where a person types as others speak, fields stay open: what is said then is not lost either.

import { say, strip } from "/assets/connecting.js";

const PREFIX = "typed ";
const GONE = 3000; // ms after which a field that left its page has been saved or cancelled, and is not just drawn again
const SHOWN = 8000; // ms that the word on a text too long stays
const FIELDS = '[data-testid="stMain"] :is(textarea, input[type="text"]:not([role="combobox"]))';
const OPEN = '.st-key-forum_new :is(textarea, input[type="text"]:not([role="combobox"]))';
const OTHERS = /attendance-|people-/; // a desk's fields belong to its scanner, an address is no sentence

let page = location.pathname;
let seen = new Map(); // key -> { value: as last shown, at: when }

function keyOf(field) {
  const name = [...(field.closest('[data-testid="stElementContainer"]')?.classList ?? [])].find(one => one.startsWith("st-key-"));
  return name && !OTHERS.test(name) ? `${PREFIX}${location.pathname} ${name}` : null;
}

function keep(key, value) {
  if (value) sessionStorage.setItem(key, value);
  else sessionStorage.removeItem(key);
  seen.set(key, { value, at: Date.now() });
}

function put(field, value) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })); // sent to the server, without moving the focus
}

function look() {
  if (page !== location.pathname) {
    page = location.pathname;
    seen = new Map();
  }
  const now = Date.now();
  for (const field of document.querySelectorAll(FIELDS)) {
    const key = keyOf(field);
    if (!key) continue;
    const before = seen.get(key), half = sessionStorage.getItem(key);
    if (!before && half && !field.value) put(field, half);
    else if (before?.value && !field.value && field !== document.activeElement) sessionStorage.removeItem(key); // it was saved
    seen.set(key, { value: field.value, at: now });
  }
  for (const [key, { at }] of seen)
    if (now - at > GONE) {
      sessionStorage.removeItem(key);
      seen.delete(key);
    }
}

const unseen = () => [...document.querySelectorAll('[data-testid="stDialog"]')].every(one => getComputedStyle(one).display === "none");

// Before the browser takes the focus from what was closed.
new MutationObserver(changes => {
  for (const { target } of changes) {
    if (target.disabled && target.matches(OPEN)) target.disabled = false;
    if (target.inert && target.querySelector(OPEN) && unseen()) target.inert = false;
  }
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["disabled", "inert"] });

export function forget() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

addEventListener("input", ({ target }) => {
  if (!target.matches?.(FIELDS)) return;
  strip("too-long", "");
  const key = keyOf(target);
  if (key) keep(key, target.value);
}, true);

addEventListener("paste", ({ target, clipboardData }) => {
  const before = target.value, pasted = clipboardData?.getData("text").trim();
  if (!target.matches?.(FIELDS) || !pasted) return;
  setTimeout(() => {
    if (target.value !== before) return; // Streamlit takes nothing of a text that is too long
    strip("too-long", say("too_long"));
    setTimeout(() => strip("too-long", ""), SHOWN);
  }, 200);
}, true);

setInterval(look, 500);
