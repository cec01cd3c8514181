// The server counts a text in bytes of UTF-8, a browser in units of UTF-16.

// byteLength is the length of a string in bytes of UTF-8.
export function byteLength(text) {
  let bytes = 0;
  for (const char of text) bytes += width(char.codePointAt(0));
  return bytes;
}

// unitAt gives the index in a string of the character that holds the byte at
// offset; the length of the string from its end on.
export function unitAt(text, offset) {
  let bytes = 0;
  let unit = 0;
  for (const char of text) {
    bytes += width(char.codePointAt(0));
    if (bytes > offset) return unit;
    unit += char.length;
  }
  return unit;
}

function width(codePoint) {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
