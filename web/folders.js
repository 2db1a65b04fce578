/** The files of folders that are dropped or chosen, each named by its path: an export to S3 has the name of a log stream
    nowhere else. */

/** Hidden files are no exports, and folders like `.git` hold thousands of them. */
const hidden = (/** @type {string} */ path) => path.split("/").some((part) => part.startsWith("."));

/** The same file under another name; a File made of a File points to its bytes and copies none. */
const named = (/** @type {File} */ file, /** @type {string} */ path) => new File([file], path, { lastModified: file.lastModified });

const byName = (/** @type {{name: string}} */ a, /** @type {{name: string}} */ b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/**
 * What a drop or a paste carries: files as they are, folders as entries. To be asked while its event lasts; after that the
 * browser has taken everything back.
 * @param {DataTransfer | null} transfer
 * @returns {(File | FileSystemDirectoryEntry)[]}
 */
export function carried(transfer) {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === "file");
  return items.flatMap((item) => {
    const entry = item.webkitGetAsEntry?.();
    if (entry?.isDirectory) return [/** @type {FileSystemDirectoryEntry} */ (entry)];
    return item.getAsFile() ?? [];
  });
}

/**
 * All files, those of folders in the order of their names.
 * @param {(File | FileSystemDirectoryEntry)[]} given
 * @param {AbortSignal} signal ends the search with its reason
 * @param {(count: number) => void} tell is called with how many there are so far
 * @returns {Promise<File[]>}
 */
export async function filesOf(given, signal, tell) {
  let count = 0;
  const open = async (/** @type {FileSystemEntry} */ entry) => {
    if (!entry.isFile) return walk(/** @type {FileSystemDirectoryEntry} */ (entry));
    count += 1;
    return fileOf(/** @type {FileSystemFileEntry} */ (entry));
  };
  // All folders at once: thousands of them, each with one file, take seconds even so.
  const walk = async (/** @type {FileSystemDirectoryEntry} */ folder) => {
    signal.throwIfAborted();
    const entries = (await entriesOf(folder)).filter(({ name }) => !hidden(name)).sort(byName);
    const opened = await Promise.all(entries.map(open));
    tell(count);
    return /** @type {File[]} */ (opened.flat());
  };
  const files = await Promise.all(given.map((one) => (one instanceof File ? one : walk(one))));
  signal.throwIfAborted();
  return files.flat();
}

/** The files of a folder that was chosen: the browser has listed it, in an order of its own. */
export function chosenFiles(/** @type {FileList | null} */ list) {
  return [...(list ?? [])]
    .filter((file) => !hidden(file.webkitRelativePath || file.name))
    .map((file) => (file.webkitRelativePath ? named(file, file.webkitRelativePath) : file))
    .sort((a, b) => (a.name.includes("/") && b.name.includes("/") ? byName(a, b) : 0));
}

/** A reader hands out about a hundred entries at a time, and none when there are no more. */
async function entriesOf(/** @type {FileSystemDirectoryEntry} */ folder) {
  const reader = folder.createReader();
  const entries = /** @type {FileSystemEntry[]} */ ([]);
  for (;;) {
    const some = /** @type {FileSystemEntry[]} */ (await new Promise((done, fail) => reader.readEntries(done, fail)));
    if (!some.length) return entries;
    entries.push(...some);
  }
}

const fileOf = (/** @type {FileSystemFileEntry} */ entry) =>
  new Promise((/** @type {(file: File) => void} */ done, fail) =>
    entry.file((file) => done(named(file, entry.fullPath.slice(1))), fail),
  );
