import { AftergreenError } from '../../errors.ts'

const shownBefore = 50
const shownAfter = 26

/**
 * FILTER_SYNTAX with the place, a caret below it, and what was expected there.
 * @param found what stands there instead; `''` is the end
 */
export function filterSyntax(
  text: string,
  at: number,
  expected: string,
  found: string,
): AftergreenError {
  const what = found === '' ? 'it ends here' : `found ${found}`
  return new AftergreenError(
    'FILTER_SYNTAX',
    `The filter cannot be read at character ${at + 1}: expected ${expected}, ${what}.\n${pointed(text, at)}`,
    {
      hint: 'For example: service.version = "2.1" and (http.route like "/api/*" or app.tenant is absent)',
    },
  )
}

/** The part of the text around a place, and a caret below the place. */
function pointed(text: string, at: number): string {
  const from = Math.max(0, at - shownBefore)
  const to = Math.min(text.length, at + shownAfter)
  // one column each, whatever the character, so that the caret points at the right one
  const line = text.slice(from, to).replace(/[\p{C}\s]/gu, ' ')
  const start = from > 0 ? '…' : ''
  const end = to < text.length ? '…' : ''
  return `  ${start}${line}${end}\n  ${' '.repeat(start.length + at - from)}^`
}
