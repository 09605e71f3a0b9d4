// The programme for delegates: looks for changes once a minute, which cost nothing while there are none, and when it is looked at again.

const MINUTE = 60 * 1000;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return; // the server is lost: what is shown stays
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const shown = document.querySelector("main");
  if (fresh && !fresh.isEqualNode(shown)) shown.replaceWith(fresh);
}

setInterval(look, MINUTE);
document.addEventListener("visibilitychange", look);
