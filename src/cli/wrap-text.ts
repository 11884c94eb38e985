import { stripVTControlCharacters } from 'node:util'

/**
 * Text of strangers (attribute values, service names) made safe for a terminal: control characters, which could move
 * the cursor or hide lines, and characters that turn the direction of writing become visible replacements.
 */
export function cleanText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

/**
 * Breaks text at spaces so that no line is wider than `width` columns, where words allow it. A condition (`30 <= age`)
 * and a number with its unit stay together. `first` begins the first
 * line, `rest` the following ones. Colours in the text do not count.
 */
export function wrapText(text: string, width: number, first: string, rest: string = first): string {
  const lines: string[] = []
  let line = first
  let used = columnsOf(first)
  let empty = true
  for (const word of piecesOf(text, width - columnsOf(rest))) {
    const columns = columnsOf(word)
    if (!empty && used + 1 + columns > width) {
      lines.push(line)
      line = rest
      used = columnsOf(rest)
      empty = true
    }
    line += empty ? word : ` ${word}`
    used += empty ? columns : columns + 1
    empty = false
  }
  lines.push(line)
  return lines.join('\n')
}

/** A paragraph, or an item that begins with "- " and has its further lines below its first word. */
export function wrapItem(text: string, width: number, indent: string): string {
  return wrapText(text, width, indent, text.startsWith('- ') ? `${indent}  ` : indent)
}

function piecesOf(text: string, room: number): string[] {
  return text
    .split(/ (?!(?:[<>=]=?|→|%|ms)(?:[ .,;:)]|$))(?<! (?:[<>=]=?|→) )/)
    .flatMap((piece) => (columnsOf(piece) > room ? piece.split(' ') : [piece]))
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Columns that text takes in a terminal: one for a letter, two for an ideograph or an emoji, none for colours. */
export function columnsOf(text: string): number {
  const plain = stripVTControlCharacters(text)
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length
  let columns = 0
  for (const { segment } of graphemes.segment(plain)) columns += wide.test(segment) ? 2 : 1
  return columns
}
