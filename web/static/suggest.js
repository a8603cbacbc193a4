// Completes what is being typed in a search field, never while an input method composes, and
// leaves empty fields out of the address. A combobox as the ARIA Authoring Practices describe it.
"use strict";
for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  let pending, timer, composes = false, active = -1;

  const close = () => {
    clearTimeout(timer);
    pending?.abort();
    list.hidden = true;
    list.replaceChildren();
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (number) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = number;
    const option = list.children[active];
    option?.setAttribute("aria-selected", "true");
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const choose = (text) => {
    input.value = text;
    close();
    input.form.requestSubmit();
  };
  const show = (texts) => {
    close();
    if (!texts.length || document.activeElement !== input) return;
    list.append(...texts.map((text, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = text;
      option.addEventListener("click", () => choose(text));
      return option;
    }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const ask = async () => {
    pending = new AbortController();
    try {
      const query = new URLSearchParams({ q: input.value, limit: 8 });
      const answer = await fetch(`${input.dataset.suggest}?${query}`, { signal: pending.signal });
      show(answer.ok ? (await answer.json()).suggestions : []);
    } catch {
      // Given up for a newer request, or offline: the field works without.
    }
  };
  const askSoon = () => {
    clearTimeout(timer);
    pending?.abort();
    if (!input.value.trim()) close();
    else if (!composes) timer = setTimeout(ask, 150);
  };

  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.lang = "zh-CN";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.label);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  input.addEventListener("compositionstart", () => {
    composes = true;
    close();
  });
  input.addEventListener("compositionend", () => {
    composes = false;
    askSoon();
  });
  input.addEventListener("input", (event) => event.isComposing || askSoon());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    // 229: a key that the input method takes, in browsers that do not say isComposing.
    if (composes || event.isComposing || event.keyCode === 229 || list.hidden) return;
    const count = list.children.length;
    if (event.key === "ArrowDown") mark(active + 1 < count ? active + 1 : 0);
    else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : count - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) choose(list.children[active].textContent);
    else return;
    event.preventDefault();
  });
  input.form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}
