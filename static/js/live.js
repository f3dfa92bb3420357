// Renews the parts of a page that say how far some work is: every two seconds, until the server says it is done.
// A part may name the address it is renewed from; else it is this very page.
// Without this script the page carries a <noscript> link that loads it again.

const EVERY = 2000;

async function renew(here) {
  // Nobody's typing is thrown away: what is being filled in stays until they leave the field.
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  if (document.hidden || focused?.matches("input, select, textarea, summary")) return;
  try {
    const answer = await fetch(here.dataset.liveFrom ?? location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(here.id);
    if (fresh && fresh.outerHTML !== here.outerHTML) replace(here, fresh, focused);
  } catch {
    // Offline for a moment; the next look may succeed.
  }
}

function replace(here, fresh, focused) {
  const controls = (part) => [...part.querySelectorAll("a, button")];
  const at = focused ? controls(here).indexOf(focused) : -1;
  here.replaceWith(fresh);
  controls(fresh)[at]?.focus();
}

async function look() {
  await Promise.all([...document.querySelectorAll('[data-live="on"]')].map(renew));
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
