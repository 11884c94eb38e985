/**
 * Keeps a number and its unit on one line: the server's sentences have ordinary spaces, and `100 %` may not be torn in
 * two.
 */
export function keepUnits(text: string): string {
  return text
    .replaceAll(/(\d) (?=%|ms\b)/g, '$1\u202f')
    .replaceAll(/(\d) (?=(?:s|min|h|d|times)\b)/g, '$1\u00a0')
}
