// The browser's part of a check-in desk: a tone for every answer, and a badge field that keeps the focus.

const SOUND_KEY = "san_sang_sound"; // "off" where this browser is muted
const TONES = { // [Hz, start in s, length in s]
  good: [[660, 0, 0.12], [880, 0.12, 0.2]],
  ask: [[520, 0, 0.14], [520, 0.22, 0.14], [520, 0.44, 0.14]],
  bad: [[200, 0, 0.5]],
  done: [[440, 0, 0.12]],
};
const MAX_FRAMES = 40; // animation frames to wait for a field to be drawn

let audio = null;
let answered; // the last answer that was sounded
let sent; // the badge field's value at the last Enter
let unanswered = false; // since that Enter nothing was typed, and no answer has arrived

const field = name => document.querySelector(`.st-key-attendance-${name} input`);
const audible = () => localStorage.getItem(SOUND_KEY) !== "off";

function play(tone) {
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
  if (!found) {
    if (frames) requestAnimationFrame(() => aim(name, frames - 1));
  } else if (found === document.activeElement || name !== "badge_typed" || matchMedia("(pointer: fine)").matches) {
    found.focus({ preventScroll: name === "badge_typed" });
    if (found.value === sent) found.select();
  }
}

function editable(element) {
  return element?.matches('textarea, select, [contenteditable="true"], input:not([type="checkbox"]):not([type="radio"])');
}

// A scanner types wherever the focus is: where that is no field, its first character moves the focus and lands in the badge field.
document.addEventListener("keydown", event => {
  const badge = field("badge_typed");
  if (event.key === "Enter" && event.target === badge) [sent, unanswered] = [badge.value, true];
  else if (event.key !== "Shift") {
    // The next badge before the answer to the last one: the code that was sent must not become the beginning of the next one.
    if (unanswered && event.target === badge && event.key?.length === 1 && badge.value === sent) badge.select();
    unanswered = false;
  }
  if (!/^[0-9a-z]$/i.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (editable(document.activeElement)) return;
  badge?.focus();
  badge?.select();
});

export function desk({ data, parentElement }) {
  const button = parentElement.querySelector("button");
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
  if (!first || data.answer) play(data.tone);
  aim(data.field);
}
