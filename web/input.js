/** Files, folders and text that come by drag or by paste. */

import { carried } from "./folders.js";

/** Whether keys typed there are text. */
export const inField = (/** @type {EventTarget | null} */ target) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox])"));

const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;

/**
 * @param {{over: (count: number) => void, files: (files: (File | FileSystemDirectoryEntry)[]) => void, text: (text: string) => void}} given
 *   `over` is told how many files and folders are held over the page, 0 when they leave
 */
export function takeFiles(given) {
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    given.over(event.dataTransfer?.items.length || 1);
  });
  // `dragenter` of a child comes before `dragleave` of its parent: leaving the window is told by a target that is nothing.
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) given.over(0);
  });
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    given.over(0);
    given.files(carried(event.dataTransfer));
  });
  addEventListener("paste", (event) => {
    if (inField(event.target)) return;
    const files = carried(event.clipboardData);
    if (files.length) given.files(files);
    else given.text(event.clipboardData?.getData("text/plain") ?? "");
  });
}
