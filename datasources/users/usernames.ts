/** 3 to 30 lower-case letters, digits or `_`, a letter first. */
export function isUsername(text: string): boolean {
  return /^[a-z][a-z0-9_]{2,29}$/.test(text);
}
