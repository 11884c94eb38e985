/** What ends a value of which so many bytes were left out. */
export const cutMark = (bytes: number): string => `...[cut: ${bytes} bytes]`

/** The longest prefix of at most `most` bytes that does not end within a character of UTF-8. */
export function wholeCharacters(bytes: Uint8Array, most: number): number {
  if (bytes.length <= most) return bytes.length
  let end = most
  // a byte 10xxxxxx continues a character; a character has at most three of them
  while (end > 0 && end > most - 3 && (bytes[end]! & 0xc0) === 0x80) end--
  return (bytes[end]! & 0xc0) === 0x80 ? most : end
}

/**
 * A text of at most `most` bytes and a mark that says how many were left out.
 * @param missing bytes that were left out before
 */
export function cutText(text: string, most: number, missing = 0): string {
  if (missing === 0 && text.length * 3 <= most) return text
  const bytes = Buffer.from(text)
  const end = wholeCharacters(bytes, most)
  const left = bytes.length - end + missing
  return left === 0 ? text : bytes.toString('utf8', 0, end) + cutMark(left)
}
