// The browser's part of a check-in desk: a tone for every answer, a badge field that keeps the focus, and what scanner and camera read,
// which goes into that field one badge after the other.

import { Scanner, write } from "/assets/gate/scanner.js";

const SOUND_KEY = "san_sang_sound"; // "off" where this browser is muted
const TONES = { // [Hz, start in s, length in s]
  good: [[660, 0, 0.12], [880, 0.12, 0.2]],
  ask: [[520, 0, 0.14], [520, 0.22, 0.14], [520, 0.44, 0.14]],
  bad: [[200, 0, 0.5]],
  done: [[440, 0, 0.12]],
};
const PULSES = { good: [80], ask: [80, 100, 80], bad: [400], done: [40] }; // ms of vibration and pause
const MAX_FRAMES = 40; // animation frames to wait for a field to be drawn
const SAME_ACT = 2000; // ms in which the same badge again is the same act
const MAX_WAIT = 10000; // ms that a badge waits for the answer to the one before

let audio = null;
let answered; // the last answer that was sounded
let sent; // the badge field's value at the last Enter
let unanswered = false; // since that Enter nothing was typed, and no answer has arrived
let begun = null; // what is typed while a code is on its way into the field: the beginning of the next badge
let codes = []; // what was read and waits for the answer to the one before
let last = { code: "", at: -Infinity, answered: true }; // what was read and went last
let asking = false; // the answer on show asks for something
let status = null; // where the desk says why it rests

const field = name => document.querySelector(`.st-key-attendance-${name} input`);
const audible = () => localStorage.getItem(SOUND_KEY) !== "off";

function play(tone) {
  navigator.vibrate?.(PULSES[tone] ?? 0);
  if (!audible() || !TONES[tone]) return;
  audio ??= new AudioContext();
  audio.resume();
  for (const [pitch, from, length] of TONES[tone]) {
    const voice = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + from;
    voice.type = tone === "bad" ? "square" : "sine";
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + length);
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(start + length);
  }
}

// Focus a field, which may be drawn a moment after its answer. A refused code stays in the field, selected, so that the next scan
// replaces it, unless that scan has begun already.
// On a touch screen the focus would open the keyboard: there only where the field has it already or the answer asks for words.
function aim(name, frames = MAX_FRAMES) {
  unanswered = false;
  const found = field(name);
  if (!found?.checkVisibility({ visibilityProperty: true })) { // one that is hidden waits with its page (style.css), and takes no focus
    if (frames) requestAnimationFrame(() => aim(name, found ? frames : frames - 1));
  } else if (found === document.activeElement || name !== "badge_typed" || matchMedia("(pointer: fine)").matches) {
    found.focus({ preventScroll: name === "badge_typed" });
    if (found.value === sent) found.select();
  }
}

// --- what scanner and camera read ---

// The questions of an answer: a substitute's name is always waited for, a reason where somebody gives one.
const name = () => field("substitute_name"), reason = () => field("override");
const answering = () => Boolean(name() || (reason() && (reason().value || reason() === document.activeElement)));
export const asked = () => asking || Boolean(name() || reason());

// Another badge would wipe the answer to the question: it is passed over, with a tone and a word.
function rest() {
  codes = [];
  play("ask");
  status.hidden = false;
  (name() ?? reason()).focus();
}

export function take(code) {
  if (code === last.code && performance.now() - last.at < SAME_ACT) return;
  codes.push(code);
  next();
}

// One badge at a time: a second one would take the first one's place in the field before it was sent.
function next() {
  const waits = !last.answered && performance.now() - last.at < MAX_WAIT;
  if (waits || !codes.length || !field("badge_typed")) return;
  if (answering()) return rest();
  last = { code: codes.shift(), at: performance.now(), answered: false };
  setTimeout(next, MAX_WAIT);
  enter(last.code);
}

function enter(code) {
  const badge = field("badge_typed");
  write(badge, code);
  if (matchMedia("(pointer: fine)").matches) badge.focus({ preventScroll: true });
  begun = "";
  // Only when the page has drawn what was written does it know what Enter sends.
  requestAnimationFrame(() => {
    badge.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
    const next = begun;
    begun = null;
    if (!next) return;
    unanswered = false;
    write(badge, next);
  });
}

new Scanner({ home: () => field("badge_typed"), scanned: take });

// --- what is typed into the badge field by hand ---

addEventListener("keydown", event => {
  const badge = field("badge_typed");
  if (!badge || event.target !== badge || event.key === "Shift") return;
  if (event.key === "Enter") return entered(event, badge);
  if (begun !== null && event.key?.length === 1) { // else Enter would send it with the code before
    begun += event.key;
    return event.preventDefault();
  }
  // The next badge before the answer to the last one: the code that was sent must not become the beginning of the next one.
  if (unanswered && event.key?.length === 1 && badge.value === sent) badge.select();
  unanswered = false;
}, { capture: true });

function entered(event, badge) {
  if (event.isComposing) return; // it ends what an input method composes
  const half = name()?.value || reason()?.value; // typed, and not sent
  if (badge.value.trim() && !half) {
    [sent, unanswered] = [badge.value, true];
    return;
  }
  event.preventDefault(); // nothing was typed: the answer stays
  event.stopImmediatePropagation();
  if (half) rest();
}

export function desk({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  status = parentElement.querySelector("[role=status]");
  status.textContent = data.words.scan_rests;
  const show = () => {
    button.textContent = audible() ? data.words.sound_off : data.words.sound_on;
    button.setAttribute("aria-pressed", audible());
  };
  button.onclick = () => {
    localStorage.setItem(SOUND_KEY, audible() ? "off" : "on");
    play("good");
    show();
  };
  show();
  const first = answered === undefined;
  if (data.answer === answered) return;
  answered = data.answer;
  status.hidden = true;
  last.answered = true;
  asking = data.tone === "ask";
  if (!first || data.answer) play(data.tone);
  if (!first) document.querySelector(".st-key-attendance_answer")?.scrollIntoView({ block: "nearest" }); // an act of the search stands far below
  aim(data.field);
  next();
}
