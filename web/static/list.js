// Remembers the reader's list of reports in this browser, and counts it in the masthead. Without
// scripts the address alone carries a list. A list at an address that ends with #mine is the
// reader's own and follows every change; any other is somebody's, and is only kept on demand.
"use strict";
{
  const KEY = "jianbao-list", MINE = "#mine";
  const link = document.querySelector("a[data-list]");
  const form = document.getElementById("collect");
  const page = document.getElementById("list");
  const keep = document.getElementById("keep");

  const load = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(ids) ? ids.filter((id) => /^[a-z2-7]{12}$/.test(id)) : [];
    } catch {
      return [];
    }
  };
  const save = (ids) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(ids));
      return true;
    } catch {
      return false;
    }
  };
  const show = () => {
    const ids = load();
    const asked = ids.map((id) => `id=${id}`).join("&");
    link.href = `${link.pathname}${asked && `?${asked}`}${MINE}`;
    link.querySelector("[data-list-count]").textContent = ids.length || "";
    for (const button of document.querySelectorAll("button.collect")) {
      const isIn = ids.includes(button.value);
      button.textContent = isIn ? form.dataset.added : form.dataset.add;
      button.setAttribute("aria-pressed", String(isIn));
    }
  };
  const toggle = (event) => {
    const ids = load(), id = event.currentTarget.value;
    const isFull = !ids.includes(id) && ids.length >= Number(form.dataset.most);
    const changed = ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
    if (!isFull && !save(changed)) return; // the form takes it to the page of the list
    event.preventDefault();
    show();
    if (isFull) event.target.textContent = form.dataset.full;
  };
  const follow = () => {
    for (const each of document.querySelectorAll("form#list, form.adding")) {
      each.action = `${link.pathname}${MINE}`;
    }
  };

  for (const button of document.querySelectorAll("button.collect")) {
    button.addEventListener("click", toggle);
  }
  if (page) {
    const shown = [...page.querySelectorAll("input[name=id]")].map((input) => input.value);
    if (location.hash === MINE) {
      save(shown);
      follow();
    } else if (keep && shown.join() !== load().join()) {
      keep.hidden = false;
      keep.addEventListener("click", () => {
        save(shown);
        history.replaceState(null, "", MINE);
        follow();
        keep.hidden = true;
        show();
      });
    }
  }
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  show();
}
