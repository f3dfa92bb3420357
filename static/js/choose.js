// The result page's button says how many actions are chosen.

for (const form of document.querySelectorAll("form[data-choose]")) {
  const button = form.querySelector("button[data-many]");
  const say = () => {
    const count = form.querySelectorAll("input[type=checkbox]:checked").length;
    const { none, one, many } = button.dataset;
    button.textContent = [none, one][count] ?? many.replace("{count}", String(count));
  };
  form.addEventListener("change", say);
  window.addEventListener("pageshow", say);
  say();
}
