// Loaded on every page. Guards forms against a second click and against losing what was typed; moves focus to errors.

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

const contents = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));

for (const form of document.querySelectorAll("form[data-form]")) {
  let saved = null;
  let sent = false;

  // Once all scripts have set up their fields. With an error on the page, what stands in the fields was never saved.
  window.addEventListener("load", () => {
    if (!document.querySelector(".error-summary")) saved = contents(form);
  });

  form.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (sent || (question && !window.confirm(question))) {
      event.preventDefault();
      return;
    }
    sent = true;
    // After this turn, so that the button's own name and value are still sent.
    setTimeout(() => event.submitter?.setAttribute("aria-disabled", "true"));
    setTimeout(() => release(), 15000);
  });

  const release = () => {
    sent = false;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  };

  // The page may come back from the browser's memory with its button still disabled.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) release();
  });

  if (form.method === "post" && form.querySelector("input[type=text], input[type=email], input[type=tel], textarea")) {
    window.addEventListener("beforeunload", (event) => {
      if (!sent && saved !== contents(form)) event.preventDefault();
    });
  }
}
