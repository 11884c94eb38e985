import type { FactRead } from '../../file-facts.ts'

const tag = /<%(?!#)-?=?([\s\S]{1,2000}?)-?%>/g
const read =
  /(?<![\w:.])(?:::)?ENV(\[|\.fetch\b|\.key\?|\.has_key\?|\.include\?|\.dig\b)\s*\(?\s*(["'])([A-Za-z_]\w*)\2\s*(?:,\s*|\)?\s*\{\s*|[\])]\s*(?:\|\||or)\s*)?(?:(["'])([^"'\n]*)\4|(-?\d[\d.]*|true|false)\b)?/g

/**
 * Reads in the `<% %>` of a template, whatever lies around it: `.erb` files, and the YAML files that Rails runs through
 * ERB. By pattern, since the text is of no one language.
 */
export function erbReads(text: string): FactRead[] {
  const reads: FactRead[] = []
  let line = 1
  let lineStart = 0
  let at = 0
  const place = (index: number) => {
    for (; at < index; at++)
      if (text.charCodeAt(at) === 10) {
        line++
        lineStart = at + 1
      }
    return { line, column: index - lineStart + 1 }
  }
  for (const found of text.matchAll(tag)) {
    const start = found.index + found[0].indexOf(found[1]!)
    for (const one of found[1]!.matchAll(read)) {
      const [whole, how, , key, quote, quoted, plain] = one
      const literal = quoted ?? plain
      const hasDefault =
        literal !== undefined && /[,{|]|\bor\b/.test(whole.slice(whole.indexOf(key!)))
      const strict = how === '.fetch' && !/[,{]/.test(whole) && quote === undefined
      reads.push({
        key: key!,
        tier: 'direct',
        ...place(start + one.index),
        ...(hasDefault ? { default: { literal, forEmpty: false } } : {}),
        ...(strict ? { required: true } : {}),
      })
    }
  }
  return reads
}
