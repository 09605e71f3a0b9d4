// A check-in desk's own end in the browser: a tone for every answer, and a badge field that keeps the focus.

const KEPT = "san_sang_sound"; // "off" where this browser is not to be heard
const TONES = { // [Hz, from, for] in seconds
  good: [[660, 0, 0.12], [880, 0.12, 0.2]],
  ask: [[520, 0, 0.14], [520, 0.22, 0.14], [520, 0.44, 0.14]],
  bad: [[200, 0, 0.5]],
  done: [[440, 0, 0.12]],
};
const PATIENCE = 40; // frames that a field is waited for

let audio = null;
let answered; // the answer that was last heard
let sent; // what stood in the badge field at the last Enter
let fresh = false; // since then nothing was typed, and no answer has come

const field = name => document.querySelector(`.st-key-attendance-${name} input`);
const wanted = () => localStorage.getItem(KEPT) !== "off";

function play(tone) {
  if (!wanted() || !TONES[tone]) return;
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

// The field may be drawn a moment after its answer. What was refused stays in it, chosen: the next scan writes over it, unless
// that one has begun already.
// A finger would have its keyboard unfolded by the focus, unless it is there already or the field asks for something.
function aim(name, frames = PATIENCE) {
  fresh = false;
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

// A scanner types wherever the focus is: where that is no field, its first letter moves the focus, and is typed there.
document.addEventListener("keydown", event => {
  const badge = field("badge_typed");
  if (event.key === "Enter" && event.target === badge) [sent, fresh] = [badge.value, true];
  else if (event.key !== "Shift") {
    // The next badge before the last one's answer: what was sent is over, and must not become its beginning.
    if (fresh && event.target === badge && event.key?.length === 1 && badge.value === sent) badge.select();
    fresh = false;
  }
  if (!/^[0-9a-z]$/i.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (editable(document.activeElement)) return;
  badge?.focus();
  badge?.select();
});

export function desk({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const show = () => {
    button.textContent = wanted() ? data.words.sound_off : data.words.sound_on;
    button.setAttribute("aria-pressed", wanted());
  };
  button.onclick = () => {
    localStorage.setItem(KEPT, wanted() ? "off" : "on");
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
