/** The table of `docs/config-dialects.md`: `node test/config-dialects-table.ts --write` makes it anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Dialect } from '../src/config/binding.ts'
import { ours } from './config-dialects-oracles.ts'

/** The probe lines of the specification, and more of what readers do not agree on. `A` is the key asked for. */
export const probes: readonly string[] = [
  'A=abc#def',
  'A=abc #def',
  'A= #def',
  'A="x y"',
  "A='x y'",
  'A=`x y`',
  'A="a\\nb"',
  "A='a\\nb'",
  'A=a\\nb',
  'A="a\\tb"',
  'A="a\\"b"',
  "A='a\\'b'",
  'A=pa$word',
  "A='pa$word'",
  'A="pa$word"',
  'A="pa\\$word"',
  'A=pa$$word',
  'A=${X:-d}',
  'A=${X-d}',
  'A=${X:?e}',
  'A=${X:+a}',
  'A=${X:-${Y:-z}}',
  'A=$(echo hi)',
  'A: v',
  'A = v',
  'A= v',
  'export A=1',
  'A',
  'A=',
  'A=""',
  'A="a\nb"',
  'A=v  ',
  'A="v" # c',
  'A="v"w',
  "A='v' 'w'",
  'A="v',
  'A=1\nA=2',
  '\ufeffA=1',
  'A=1\r\nB=2',
  'A=x\\ y',
  'B=1\nA=$B',
  'A=$B\nB=1',
  '  A=1',
  'A={"k":"v"}',
]

export const tableDialects: readonly Dialect[] = [
  'dotenv',
  'dotenv-expand',
  'node',
  'dotenvx',
  'python',
  'docker',
  'kubectl',
  'kubernetes-file',
  'compose',
  'systemd',
  'shell',
]

function cell(probe: string, dialect: Dialect): string {
  const answer = ours(`${probe}\n`, dialect)
  if (answer === 'refused') return '**refused**'
  if (answer === 'endless' || answer['A'] === undefined) return '–'
  return answer['A'] === 'unknown' ? '*unknown*' : code(answer['A'])
}

function code(text: string): string {
  const shown = text
    .replaceAll('\n', '⏎')
    .replaceAll('\r', '␍')
    .replaceAll('\t', '⇥')
    .replaceAll('\ufeff', '␣BOM')
    .replace(/ (?= *$)/g, '␠')
  if (shown === '') return '(empty)'
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown.replaceAll('|', '\\|')}\``
}

export function dialectTable(): string {
  const rows = probes.map((probe) => [
    code(probe),
    ...tableDialects.map((dialect) => cell(probe, dialect)),
  ])
  const head = ['Text', ...tableDialects]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export const tablePage = new URL('../docs/config-dialects.md', import.meta.url)
const marks = /(<!-- table -->\n)[^]*(\n<!-- \/table -->)/

export function tableOnPage(page = readFileSync(tablePage, 'utf8')): string {
  return marks.exec(page)?.[0] ?? ''
}

export function withTable(page: string): string {
  return page.replace(
    marks,
    (_all, before: string, after: string) => before + dialectTable() + after,
  )
}

if (process.argv.includes('--write')) {
  writeFileSync(tablePage, withTable(readFileSync(tablePage, 'utf8')))
}
