// A tap that opens a field goes on in it: what appears where the person tapped has the focus. Enter in a text of one line does
// what its place is for.

const PLACES = '[class*="st-key-task_"], .st-key-update_foot, .st-key-roll_call_card';
const FIELDS = 'textarea, input[type="text"]';
const ENTERED = ".st-key-log_table_panel";
const WAIT = 5000; // ms that the field may take to be drawn

const nameOf = place => [...place.classList].find(one => one.startsWith("st-key-"));

// Of the document, so that a tap that another one has taken (taps.js) does not arrive.
document.addEventListener("click", ({ target }) => {
  const place = target.closest?.('[data-testid="stMain"] button')?.closest(PLACES);
  if (!place) return;
  const name = nameOf(place), before = new Set(place.querySelectorAll(FIELDS)), until = Date.now() + WAIT;
  let given = null; // the field that has got it; one that is drawn anew meanwhile gets it again
  const look = () => {
    const opened = [...document.querySelectorAll(`.${name} :is(${FIELDS})`)].find(one => !before.has(one));
    if (document.activeElement !== given && document.activeElement?.matches(FIELDS)) return; // the person went on elsewhere
    if (opened && !given?.isConnected) (given = opened).focus();
    if (Date.now() < until) requestAnimationFrame(look);
  };
  look();
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
