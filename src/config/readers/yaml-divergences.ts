import { isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'
import type { Location } from '../location.ts'

export interface YamlDivergence {
  location: Location
  /** The key whose value it is, or the key itself; '' in a list. */
  key: string
  /** One sentence, without the value. */
  what: string
}

/** Scalars that mean something else to a reader of YAML 1.1 than to one of 1.2 (config.md §4.1, *YAML traps*). */
export function yamlDivergences(text: string, file = ''): YamlDivergence[] {
  const found: YamlDivergence[] = []
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    version: '1.2',
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  })
  for (const document of Array.isArray(documents) ? documents : []) {
    visit(document, {
      Scalar(place, node, path) {
        if (node.type !== 'PLAIN' || node.source === undefined || node.tag !== undefined) return
        const what = divergence(node.source)
        if (what === undefined) return
        const pair = path.at(-1)
        const holder = pair !== undefined && 'key' in pair ? pair.key : undefined
        const name = place === 'key' ? node.source : isScalar(holder) ? String(holder.value) : ''
        const { line, col } = lines.linePos(node.range?.[0] ?? 0)
        const subject = place === 'key' ? 'This key' : 'This value'
        found.push({
          location: { file, line: line || 1, column: col || 1 },
          key: name,
          what: `${subject} ${what}`,
        })
      },
    })
  }
  return found
}

function divergence(source: string): string | undefined {
  if (/^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/.test(source)) {
    return 'is a truth value in YAML 1.1 and text in 1.2.'
  }
  if (/^[-+]?0[0-7_]+$/.test(source) && /[1-7]/.test(source))
    return 'is an octal number in YAML 1.1 and a decimal one in 1.2.'
  if (/^0o[0-7]+$/.test(source)) return 'is text in YAML 1.1 and an octal number in 1.2.'
  if (/^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(source)) {
    return 'is a number to the base 60 in YAML 1.1 and text in 1.2.'
  }
  if (/^[-+]?0b[01_]+$/.test(source)) return 'is a binary number in YAML 1.1 and text in 1.2.'
  if (/^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|0x[0-9a-fA-F_]+)$/.test(source) && source.includes('_')) {
    return 'is a number in YAML 1.1 and text in 1.2.'
  }
  if (/^[-+]?[0-9]+(?:\.[0-9]*)?[eE][0-9]+$/.test(source))
    return 'is text in YAML 1.1 and a number in 1.2.'
  if (/^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?$/.test(source))
    return 'is a date in YAML 1.1 and text in 1.2.'
  return undefined
}
