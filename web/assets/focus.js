// A tap that opens a field goes on in it: what appears where the person tapped has the focus. Enter in a text of one line does
// what its place is for; where a form is filled by keyboard alone, it sends the form and goes on in the next one. In a forum keys
// record what became of a contribution, while its rapporteur types.

const PLACES = '[class*="st-key-task_"], .st-key-update_foot, .st-key-roll_call_card, .st-key-forum_new';
const FIELDS = 'textarea, input[type="text"]';
const ENTERED = ".st-key-log_table_panel";
const FORMS = '.st-key-forum_new, [class*="st-key-contributions-answer-"]';
const WAIT = 5000; // ms that the field may take to be drawn

const nameOf = place => [...place.classList].find(one => one.startsWith("st-key-"));

// Give the focus to the field that appears in a place, unless the person goes on elsewhere.
function follow(place) {
  const name = nameOf(place), before = new Set(place.querySelectorAll(FIELDS)), until = Date.now() + WAIT, from = document.activeElement;
  let given = null; // the field that has got it; one that is drawn anew meanwhile gets it again
  const look = () => {
    const opened = [...document.querySelectorAll(`.${name} :is(${FIELDS})`)].find(one => !before.has(one)), now = document.activeElement;
    if (now !== given && now !== from && now?.matches(FIELDS)) return;
    if (opened && !given?.isConnected) (given = opened).focus();
    if (Date.now() < until) requestAnimationFrame(look);
  };
  look();
}

// Of the document, so that a tap that another one has taken (taps.js) does not arrive.
document.addEventListener("click", ({ target }) => {
  const place = target.closest?.('[data-testid="stMain"] button')?.closest(PLACES);
  if (place) follow(place);
}, true);

// In a form the framework sends a text of several rows by Ctrl+Enter, and one of a single row by Enter.
document.addEventListener("keydown", event => {
  const { key, target } = event, place = target.closest?.(FORMS);
  if (key !== "Enter" || !place || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || !target.matches(FIELDS)) return;
  if (target.matches("textarea")) {
    event.preventDefault();
    event.stopPropagation();
    target.dispatchEvent(new KeyboardEvent("keydown", { key, code: "Enter", ctrlKey: true, bubbles: true }));
  }
  if (!target.matches('[role="combobox"]')) follow(place);
}, true);

// The framework takes Enter in a field of several rows for a new line, which a text of one line has no use for.
document.addEventListener("keydown", event => {
  const { key, target } = event, button = target.closest?.(ENTERED)?.querySelector('[data-testid="stBaseButton-primary"]');
  if (key !== "Enter" || event.isComposing || event.shiftKey || !button || !target.matches("textarea")) return;
  event.preventDefault();
  event.stopPropagation();
  target.dispatchEvent(new FocusEvent("focusout", { bubbles: true })); // its text is sent, and the focus stays
  button.click();
}, true);

// Alt and a digit of the upper row: free in Chromium and in Firefox, with Telex and VNI, and no letter of any layout. AltGr is
// Ctrl with Alt. Each acts on the contribution that is open; where none is, or it is done with, the steps act on the one that comes next.
const FORUM = ".st-key-forum_new", OPENED = ".st-key-contributions_forum_table_panel", NEXT = ".st-key-forum_next";
const SAME_KEY = 1000; // ms; or as long as the page runs: what the first one did is not seen yet
const STEPS = ["Digit1", "Digit4"];
const button = (place, name) => document.querySelector(`${place} [class*="st-key-contributions-${name}-"] button`);
const step = name => button(button(OPENED, "left") ? OPENED : NEXT, name)?.click(); // what can be left no more is done with
const go = field => document.querySelector(field)?.focus();
const RECORDS = {
  Digit0: () => go(`${FORUM} textarea`),
  Digit1: () => step("asked"),
  Digit2: () => go(`${OPENED} [class*="st-key-contributions-answer-"] textarea`),
  Digit3: () => owe(),
  Digit4: () => step("left"),
};
let stepped = { code: null, at: 0 }; // the last key of a step

// Whether a script of the page runs, or waits for its turn.
export function running() {
  return ["running", "rerunRequested"].includes(document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState);
}

// A second call, while the list has moved up meanwhile, would call two people.
function isSameStep({ code, timeStamp: at }) {
  const same = code === stepped.code && (running() || at - stepped.at <= SAME_KEY);
  if (!same && STEPS.includes(code)) stepped = { code, at };
  return same;
}

// Unfold who owes an answer in writing, and go on there.
function owe() {
  const place = `${OPENED} [class*="st-key-contributions-owe-"] details`, box = document.querySelector(place);
  if (!box) return;
  if (!box.open) box.querySelector("summary").click();
  const until = Date.now() + WAIT, from = document.activeElement;
  const look = () => { // what unfolds takes the focus only once it is seen
    const field = document.querySelector(place)?.querySelector(FIELDS), now = document.activeElement;
    if (now === field || (now !== from && now?.matches(FIELDS))) return;
    field?.focus();
    if (Date.now() < until) requestAnimationFrame(look);
  };
  look();
}

document.addEventListener("keydown", event => {
  const { code, altKey, ctrlKey, metaKey, shiftKey, repeat } = event;
  if (!RECORDS[code] || !altKey || ctrlKey || metaKey || shiftKey || !document.querySelector(FORUM)) return;
  event.preventDefault();
  event.stopPropagation();
  if (!repeat && !isSameStep(event)) RECORDS[code]();
}, true);
