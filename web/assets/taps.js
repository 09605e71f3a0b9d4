// A second tap at the same place within two seconds is the same act: whatever has moved under the finger meanwhile (a list that
// closed up, the next step, its opposite) must not take it. The first tap is answered; the second one goes nowhere.

const SAME_ACT = 2000; // ms; second taps come 30 to 1,200 ms after the first, by bounce, habit or impatience
const SAME_PLACE = 30; // px
const ACTS = ["stButton", "stFormSubmitButton", "stDownloadButton", "stButtonGroup"].map(name => `[data-testid="${name}"] button`).join();
const STEPS = ".st-key-travel, .st-key-frame-language"; // tapped quickly, to and fro, and record nothing
const TYPED = 'textarea, input:not([type="checkbox"], [type="radio"], [type="file"])'; // takes the focus and nothing else
const KEYS = ["Enter", " "];

let entered = null; // the last Enter in a form's field: the field, its text then, and when
let last = null; // the last act: its control, where and when it was tapped
let pressed = null; // what the finger went down on

const controlOf = target => target.closest?.('button, a, summary, label, [role="option"], [tabindex]') ?? target;
const isAct = control => control.matches?.(ACTS) && !control.closest(STEPS);
// React gives a control's element to another one where a list moves up: the key and the label say which one it is.
const nameOf = control => `${control.closest('[class*="st-key-"]')?.className.match(/st-key-\S+/)} ${control.textContent}`;

function placeOf(event, control) {
  if (event.clientX || event.clientY) return { x: event.clientX, y: event.clientY };
  const { left, top, width, height } = control.getBoundingClientRect(); // tapped by a key
  return { x: left + width / 2, y: top + height / 2 };
}

function isSameAct(event, control) {
  if (!last || event.timeStamp - last.at > SAME_ACT) return false;
  const { x, y } = placeOf(event, control);
  return control === last.control || Math.hypot(x - last.x, y - last.y) <= SAME_PLACE;
}

function drop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function tapped(event) {
  const control = controlOf(event.target);
  if (control.matches?.(TYPED)) return;
  if (event.type === "pointerdown") pressed = isAct(control) ? { control, name: nameOf(control) } : null;
  const swapped = event.type === "click" && pressed?.control === control && pressed.name !== nameOf(control);
  if (swapped || isSameAct(event, control)) return drop(event);
  if (event.type === "click" && isAct(control)) last = { control, at: event.timeStamp, ...placeOf(event, control) };
}

// Another text in the field is another act: a scanner enters one badge a second.
function isSameEntry({ target, timeStamp: at }) {
  const same = target === entered?.target && target.value === entered.value && at - entered.at <= SAME_ACT;
  if (!same) entered = { target, value: target.value, at };
  return same;
}

function keyed(event) {
  if (!event.isTrusted) return; // what the desk enters for a scanner: it knows itself which one is the same
  const { key, target } = event, control = controlOf(target);
  if (KEYS.includes(key) && isAct(control) && (event.repeat || isSameAct(event, control))) drop(event);
  if (key === "Enter" && target.matches?.('[data-testid="stForm"] input') && isSameEntry(event)) drop(event);
}

// The window's capture comes before everything of the page.
for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "click"]) addEventListener(type, tapped, true);
addEventListener("keydown", keyed, true);
