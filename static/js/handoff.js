// The desktop's side of a hand-off: asks for the code without leaving the page, and follows what the phone does.
// Without this script the button leads to a page of its own, which is looked at again by hand.
import "./live.js";

async function ask(form) {
  const place = document.getElementById(form.dataset.ask);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(form.dataset.ask);
  if (!answer.ok || !fresh) throw new Error("no code");
  place.replaceWith(fresh);
  fresh.querySelector("button").focus();
}

for (const form of document.querySelectorAll("form[data-ask]")) {
  let asking = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    try {
      await ask(form);
    } catch {
      form.submit(); // the page that comes says what is wrong
    } finally {
      asking = false;
    }
  });
}

// What changed is said once to those who do not see it.
for (const told of document.querySelectorAll("[data-said-of]")) {
  new MutationObserver(() => {
    const said = document.getElementById(told.dataset.saidOf)?.dataset.said ?? "";
    if (told.textContent !== said) told.textContent = said;
  }).observe(told.parentElement, { childList: true });
}
