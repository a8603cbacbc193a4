// Shows the copy buttons, which are of no use without scripts, and lets them copy.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  const say = (words) => {
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = words; });
  };
  // navigator.clipboard exists on https and localhost only; an archive may run on plain http.
  const copySelected = () => {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (!document.execCommand("copy")) throw new Error("copy");
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.clipboard) await navigator.clipboard.writeText(source.textContent);
      else copySelected();
      say(button.dataset.done);
    } catch {
      say(button.dataset.failed);
    }
  });
}
