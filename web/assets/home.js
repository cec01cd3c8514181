// Where the server is: this file lies two folders below it. It need not be at
// the root of its host.

const home = new URL("../../", import.meta.url);

// at is the address of a path of the server, which begins with a slash.
export const at = (path) => new URL(path.slice(1), home).href;
