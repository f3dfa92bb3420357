// Renews the part of a page that says how far some work is: every two seconds, until the server says it is done.
// Without this script the page carries a <noscript> link that loads it again.

const EVERY = 2000;

async function look() {
  const here = document.querySelector('[data-live="on"]');
  if (!here) return;
  // Nobody's typing is thrown away: what is being filled in stays until they leave the field.
  if (!document.hidden && !here.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(here.id);
        if (fresh) here.replaceWith(fresh);
      }
    } catch {
      // Offline for a moment; the next look may succeed.
    }
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
