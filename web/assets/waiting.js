// How many things wait for a person: next to each page's entry of the menu, and of the bar at a phone's foot.

const ENTRIES = '[data-testid="stTopNavLink"], [data-testid="stTopNavDropdownLink"], [data-testid="stSidebarNavLink"], .st-key-frame_pages a';
const GROUPS = '[data-testid="stTopNavSection"]';
const HOME = "";

let counts = { pages: {}, groups: {}, home: null };

const pageOf = link => new URL(link.getAttribute("href") || "/", `${location.origin}/`).pathname.slice(1); // a page's own links are relative to the root
const countOf = one => one.matches(GROUPS) ? counts.groups[one.textContent.trim()] : pageOf(one) === HOME ? counts.home : counts.pages[pageOf(one)];

// As attributes, which the style sheet draws: what the framework draws itself is not touched.
function mark(one) {
  const count = countOf(one);
  if (count) Object.assign(one.dataset, { waiting: count.shown, said: count.said });
  else { delete one.dataset.waiting; delete one.dataset.said; }
}

const markAll = () => document.querySelectorAll(`${ENTRIES}, ${GROUPS}`).forEach(mark);

// The menu is drawn anew in another width, and its groups as they are opened.
let pending = false;
new MutationObserver(() => {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => { pending = false; markAll(); });
}).observe(document.body, { subtree: true, childList: true });

export function show({ data }) {
  counts = data;
  markAll();
}
