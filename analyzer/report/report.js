"use strict";
/* What the saved report and the page share: the tool tabs, and buttons that copy a command.
   The chosen tool stands on the root element, where the style sheet finds it, and in this browser's storage. */
(() => {
  const TOOLS = ["aws-cli", "sam", "cdk", "terraform"];
  const root = document.documentElement;

  /** A file opened from disk may have no storage; the choice then lasts as long as the document. */
  const stored = (/** @type {string=} */ value) => {
    try {
      if (value) localStorage.setItem("tool", value);
      return localStorage.getItem("tool");
    } catch {
      return null;
    }
  };

  const show = () => {
    for (const list of document.querySelectorAll(".tools-tabs")) {
      const tabs = [...list.querySelectorAll("[data-choose]")];
      const chosen = tabs.find((tab) => tab.dataset.choose === root.dataset.tool) || tabs[0];
      for (const tab of tabs) {
        tab.setAttribute("aria-selected", String(tab === chosen));
        tab.tabIndex = tab === chosen ? 0 : -1;
      }
      document.getElementById(chosen.getAttribute("aria-controls"))?.setAttribute("aria-labelledby", chosen.id);
    }
  };

  const choose = (/** @type {string} */ tool) => {
    root.dataset.tool = tool;
    stored(tool);
    show();
  };

  const said = (/** @type {string} */ text) => {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };

  const copy = async (/** @type {HTMLElement} */ button) => {
    const text = button.parentElement?.querySelector("pre")?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without clipboard permission (a file from disk, say) the text is selected, so that the keyboard can copy it.
      const pre = button.parentElement?.querySelector("pre");
      if (pre) getSelection()?.selectAllChildren(pre);
      said("The command is selected. Copy it with the keyboard.");
      return;
    }
    button.textContent = "Copied";
    button.classList.add("done");
    said("Copied");
    setTimeout(() => {
      button.textContent = "Copy";
      button.classList.remove("done");
      said("");
    }, 1500);
  };

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const tab = target.closest("[data-choose]");
    const button = target.closest("[data-copy]");
    if (tab) choose(tab.dataset.choose);
    if (button) copy(button);
  });

  document.addEventListener("keydown", (event) => {
    const tab = /** @type {Element} */ (event.target).closest("[data-choose]");
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -9, End: 9 }[event.key];
    if (!tab || !step) return;
    const tabs = [...tab.parentElement.querySelectorAll("[data-choose]")];
    const at = tabs.indexOf(tab);
    const next = Math.abs(step) > 1 ? (step > 0 ? tabs.length - 1 : 0) : (at + step + tabs.length) % tabs.length;
    event.preventDefault();
    choose(tabs[next].dataset.choose);
    tabs[next].focus();
  });

  // The page puts new tabs in place when it swaps a view.
  document.addEventListener("lambdascope:view", show);

  const wanted = stored();
  root.dataset.tool = TOOLS.includes(wanted) ? wanted : TOOLS[0];
  show();
})();
