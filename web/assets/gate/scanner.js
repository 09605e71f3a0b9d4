// Recognises what a scanner types, wherever the focus is: a badge code whose characters follow each other faster than fingers type,
// ended by Enter, Tab, or both. The field that it was typed into gets back what stood there before.

import { badgeCode } from "/assets/gate/roster.js";

const MAX_PACE = 60; // ms from one character to the next, in the middle of a scan's: 5 to 40 are usual, and fingers take 100 or more
const MAX_GAP = 500; // ms between two characters, where a page is busy
const MAX_END_GAP = 120; // ms between the two keys that end a scan (CR LF)
const MODIFIERS = ["Shift", "CapsLock", "Control", "Alt", "AltGraph", "Meta", "NumLock"];

export class Scanner {
  // `home`: the badge field, null where nobody checks in; `scanned` takes the code, valid or not by its check letter
  constructor({ home, scanned }) {
    Object.assign(this, { home, scanned });
    this.typed = []; // what was typed without a pause: each character, the time before it, and the field before it
    this.at = -Infinity;
    this.ended = false; // the last key ended a scan
    addEventListener("keydown", event => event.isTrusted && this.home() && this.key(event), { capture: true });
  }

  key(event) {
    if (MODIFIERS.includes(event.key)) return;
    const gap = event.timeStamp - this.at;
    this.at = event.timeStamp;
    if (gap > MAX_GAP) this.typed = [];
    if (isEnd(event)) return this.end(event, gap);
    this.ended = false;
    const character = characterOf(event);
    if (character) this.add(character, gap, event);
    else this.typed = [];
  }

  add(character, gap, event) {
    if (/\w/.test(character)) this.goHome(event);
    this.typed.push({ character, gap, before: snapshot(document.activeElement) });
  }

  // Where the focus is no field, the badge field takes what is typed. A list keeps its choice: it would jump to what begins with the
  // character before anybody can know that it is a scan.
  goHome(event) {
    const focused = document.activeElement;
    if (focused?.matches("select")) event.preventDefault();
    if (editable(focused)) return;
    this.home().focus();
    this.home().select();
  }

  end(event, gap) {
    const scan = scanIn(this.typed, gap), again = this.ended && gap < MAX_END_GAP;
    this.typed = [];
    this.ended = Boolean(scan);
    if (!scan && !again) return;
    event.preventDefault(); // nothing is sent, chosen or left by the key that ends a scan, nor by a second one
    event.stopImmediatePropagation();
    if (!scan) return;
    restore(scan.before, event);
    this.scanned(scan.code);
  }
}

// A scan at the end of what was typed, after a person's own characters if need be: these are followed by a pause. One whose check letter
// is wrong is still no name, number or reason: it is answered as a mistyped code.
function scanIn(typed, gap) {
  const text = typed.map(one => one.character).join("");
  const codes = typed.map((one, place) => {
    const gaps = [...typed.slice(place + 1).map(next => next.gap), gap];
    return { ...one, ...badgeCode(text.slice(place)), pace: gaps.sort((a, b) => a - b)[gaps.length >> 1] };
  }).filter(one => /\w/.test(one.character) && one.wrong !== "malformed" && one.pace <= MAX_PACE);
  const valid = codes.filter(one => !one.wrong);
  return valid.findLast(one => one.gap > 3 * one.pace) ?? valid[0] ?? codes[0];
}

// With an input method on, a key has no character of its own: then the key's place on the keyboard tells it.
function characterOf({ key, code, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return "";
  if (key.length === 1) return key;
  return key === "Process" ? /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(code)?.[1] ?? "" : "";
}

function isEnd({ key, ctrlKey }) { return ["Enter", "Tab"].includes(key) || (ctrlKey && /^[jm]$/i.test(key)); } // Ctrl+J: LF

export function editable(element) {
  return Boolean(element?.matches('textarea, select, [contenteditable="true"], input:not([type="checkbox"]):not([type="radio"]):not([type="file"])'));
}

function snapshot(field) {
  if (!editable(field)) return null;
  return { field, value: field.value, selection: [field.selectionStart, field.selectionEnd] };
}

function restore(before, { isComposing }) {
  if (!before) return;
  const { field, value, selection } = before;
  const back = () => {
    write(field, value);
    if (typeof selection[0] === "number") field.setSelectionRange(...selection);
  };
  back();
  if (isComposing) field.addEventListener("compositionend", () => setTimeout(back), { once: true });
}

// Write a field as if it was typed, so that a page that follows its input hears of it.
export function write(field, value) {
  if (!field.isConnected || field.value === value) return;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value); // React replaces the field's own setter
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
