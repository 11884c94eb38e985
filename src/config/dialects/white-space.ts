/** What counts as white space, which no two of the readers agree on. All take a UTF-16 code unit; NaN = the end. */

/** `\s` of JavaScript. */
export function isJavaScriptSpace(code: number): boolean {
  return (code >= 9 && code <= 13) || code === 32 || isUnicodeSpace(code) || code === 0xfeff
}

/** `unicode.IsSpace` of Go. */
export function isGoSpace(code: number): boolean {
  return (code >= 9 && code <= 13) || code === 32 || code === 0x85 || isUnicodeSpace(code)
}

/** `\s` of Python's `re` on text. */
export function isPythonSpace(code: number): boolean {
  return isGoSpace(code) || (code >= 0x1c && code <= 0x1f)
}

/** Space and tab. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function isUnicodeSpace(code: number): boolean {
  if (code < 0xa0) return false
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}
